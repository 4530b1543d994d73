"""What each kind of source is described by: the keys of its table in the configuration file, checked one by one."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.audience import Audience, narrower


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Table):
    """What holds for some files of a folder."""

    files: str = Field(description="A pattern of paths below the folder, such as `staff/*`; `*` stands for `/` too.")
    audience: Audience | None = Field(default=None, description="The widest audience of these files.")
    locale: str | None = Field(default=None, description="The language of these files, such as `de` or `zh-Hant`.")
    product: str | None = Field(default=None, description="The product that these files are about.")


class Described(_Table):
    """What every kind of source has."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="What its documents' names begin with, for ever: small letters, digits and hyphens; each source "
        "has its own.",
    )
    site: str = Field(
        default="default", pattern=r"^[a-z0-9][a-z0-9-]*$", description="The site whose knowledge it belongs to."
    )
    audience: Audience = Field(default="internal", description="The widest audience; articles can only narrow it.")
    locale: str = Field(default="", description="The language of articles that do not say theirs.")
    product: str = Field(default="", description="The product of articles that do not say theirs.")


class _Files(Described):
    base_url: str = Field(
        default="",
        pattern=r"^(https?://\S+/)?$",
        description="The address, ending in `/`, below which the files are published: `guide/pay.md` at `guide/pay`.",
    )
    rules: tuple[Rule, ...] = Field(default=(), description="What holds for some of the files; the first that fits.")

    def rule_for(self, path: str) -> Rule | None:
        """Return the rule that holds for a path below the folder."""
        return next((rule for rule in self.rules if fnmatchcase(path, rule.files)), None)

    @model_validator(mode="after")
    def _rules_narrow(self) -> Self:
        for rule in self.rules:
            if rule.audience and narrower(self.audience, rule.audience) != rule.audience:
                raise ValueError(
                    f"the rule for {rule.files!r} says audience {rule.audience!r}, wider than the source's "
                    f"{self.audience!r}, which is the widest; widen that, and narrow the rest by rules"
                )
        return self


class FolderSource(_Files):
    """A folder of articles on this machine."""

    kind: Literal["folder"]
    path: Path = Field(description="The folder; a relative path begins at the folder of the configuration file.")


class _Remote(Described):
    url: str = Field(
        pattern=r"^https?://[^\s/@]+(/\S*)?$", description="Where it is, such as `https://help.example.com`."
    )
    allow_private: bool = Field(
        default=False, description="Whether its host may be at an address that is not on the public internet."
    )


class WebsiteSource(_Remote):
    """The pages of a website: those of its sitemap, or else those that links from its address lead to."""

    kind: Literal["website"]
    sitemap: str = Field(default="", description="The sitemap's address; else robots.txt tells it, or `/sitemap.xml`.")
    crawl: bool = Field(default=False, description="Whether to follow links though there is a sitemap.")
    include: tuple[str, ...] = Field(default=(), description="Patterns of paths to read alone, such as `/help/*`.")
    exclude: tuple[str, ...] = Field(default=(), description="Patterns of paths to leave out.")
    max_pages: int = Field(default=10_000, ge=1, description="A larger site is refused, as one without end would be.")

    def takes(self, path: str) -> bool:
        """Whether a page of this path is to be read."""
        is_included = not self.include or any(fnmatchcase(path, each) for each in self.include)
        return is_included and not any(fnmatchcase(path, each) for each in self.exclude)


class _Token(_Remote):
    token_env: str = Field(
        default="",
        pattern=r"^\w*$",
        description="The environment variable that holds the token; the token stays there.",
    )


class ZendeskSource(_Token):
    """The published articles of a Zendesk help centre, by its API."""

    kind: Literal["zendesk"]
    email: str = Field(default="", description="Whose token it is; without one, what everybody may read is read.")
    locales: tuple[str, ...] = Field(default=(), description="The languages to read, such as `en-us`; else all.")
    segments: dict[str, Audience] = Field(
        default={}, description="The audience of a user segment by its id; articles of any other segment are internal."
    )


class ChatwootSource(_Token):
    """The published articles of a Chatwoot help centre, by its API."""

    kind: Literal["chatwoot"]
    account: int = Field(description="The number in the address of the dashboard: `/app/accounts/1`.")
    portal: str = Field(pattern=r"^[\w-]+$", description="The help centre's slug, as in `/hc/handbook`.")
    base_url: str = Field(
        default="",
        pattern=r"^(https?://\S+/)?$",
        description="The address, ending in `/`, below which its articles are shown, if that is another domain.",
    )


class GitSource(_Files):
    """The articles in a git repository, of which the newest state of one branch is fetched."""

    kind: Literal["git"]
    url: str = Field(
        pattern=r"^(https://[^\s/@]+/\S+|ssh://([^\s/@:]+@)?[^\s/@]+/\S+|(file://|/|\./|\.\./)\S+)$",
        description="The repository: a path, https without a password in it, ssh or file.",
    )
    branch: str = Field(default="HEAD", pattern=r"^\w[\w./-]*$", description="The branch or tag.")
    folder: str = Field(default=".", description="The folder in it that holds the articles.")
    token_env: str = Field(
        default="", pattern=r"^\w*$", description="The environment variable that holds the token for https."
    )
    allow_private: bool = Field(
        default=False, description="Whether an https host may be at an address that is not on the public internet."
    )


Column = Literal["id", "title", "text", "url", "locale", "product", "audience", "updated"]


class ExportSource(Described):
    """The articles in a file that a helpdesk has exported: CSV, or JSON Lines."""

    kind: Literal["export"]
    path: Path = Field(
        description="The .csv or .jsonl file; a relative path begins at the configuration file's folder."
    )
    columns: dict[Column, str] = Field(
        default={}, description="What the file calls an article's `id`, `title`, `text` and so on, where it differs."
    )
    text_is: Literal["html", "markdown", "text"] = Field(
        default="html", description="What the articles are written in."
    )
    base_url: str = Field(
        default="",
        pattern=r"^(https?://\S+/)?$",
        description="The address, ending in `/`, that an article's continues, if it is no whole one.",
    )


AnySource = FolderSource | WebsiteSource | ZendeskSource | ChatwootSource | GitSource | ExportSource
KINDS: tuple[type[AnySource], ...] = (
    FolderSource,
    WebsiteSource,
    ZendeskSource,
    ChatwootSource,
    GitSource,
    ExportSource,
)


def kind_of(source: type[AnySource]) -> str:
    """Return what a kind of source is called."""
    return str(source.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]
