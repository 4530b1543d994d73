"""Turn a TOML file into what a site's knowledge is made from, or into one sentence that names the line to mend.

    [[source]]
    kind = "folder"
    name = "handbook"     # its documents are called handbook/… for ever
    path = "articles"     # from the folder of this file
    audience = "public"   # the widest; without it, internal

A secret is never written here: a source names the environment variable that holds it.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from ingest.errors import UsageError
from knowledge.audience import Audience, narrower

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\]", re.MULTILINE)
_RULE_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\.[ \t]*rules[ \t]*\]\]", re.MULTILINE)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Table):
    """What holds for some files of a folder."""

    files: str = Field(description="A pattern of paths below the folder, such as `staff/*`; `*` stands for `/` too.")
    audience: Audience | None = Field(default=None, description="The widest audience of these files.")
    locale: str | None = Field(default=None, description="The language of these files, such as `de` or `zh-Hant`.")
    product: str | None = Field(default=None, description="The product that these files are about.")


class _Source(_Table):
    """What every kind of source has."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="What its documents' names begin with, for ever; each source has another.",
    )
    site: str = Field(
        default="default", pattern=r"^[a-z0-9][a-z0-9-]*$", description="The site whose knowledge it belongs to."
    )
    audience: Audience = Field(default="internal", description="The widest audience; articles can only narrow it.")
    locale: str = Field(default="", description="The language of articles that do not say theirs.")
    product: str = Field(default="", description="The product of articles that do not say theirs.")


class _Files(_Source):
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


class _Remote(_Source):
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
        description="Where its articles are shown, if that is another domain.",
    )


class GitSource(_Files):
    """The articles in a git repository, of which the newest state of one branch is fetched."""

    kind: Literal["git"]
    url: str = Field(
        pattern=r"^(https://|ssh://|file://|/|\./|\.\./)[^\s]+$",
        description="The repository: a path, https, ssh or file.",
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


class ExportSource(_Source):
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
        description="What an article's address continues, if it is no whole one.",
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

_sources: TypeAdapter[list[AnySource]] = TypeAdapter(list[Annotated[AnySource, Field(discriminator="kind")]])


def configured_sources(file: Path, *, site: str) -> list[AnySource]:
    """Return the sources of a site. Raises UsageError that names the line, key and value at fault and the remedy."""
    try:
        text = file.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except FileNotFoundError as error:
        raise UsageError(
            f"There is no {str(file)!r}. Give a folder of articles, or write that file: a [[source]] for each."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is not TOML: {error}. Mend that line.") from error
    if unknown := tables.keys() - {"source"}:
        name = min(unknown)
        raise UsageError(f"{file}, line {_line_of(text, name)}: {name!r} is not known. Begin a source by [[source]].")
    try:
        sources = _sources.validate_python(tables.get("source"))
    except ValidationError as error:
        raise UsageError(_complaint(error, file=file, text=text)) from error
    if repeated := _repeated([source.name for source in sources]):
        line = _line_at(text, ("source", repeated, "name"))
        raise UsageError(f"{file}, line {line}: name is {sources[repeated].name!r} a second time. Give it another.")
    if not any(source.site == site for source in sources):
        raise UsageError(f'{file} names no source of site {site!r}. Write site = "{site}" below a [[source]].')
    return [_placed(source, file.parent) for source in sources if source.site == site]


def _placed(source: AnySource, folder: Path) -> AnySource:
    if isinstance(source, FolderSource | ExportSource):
        return source.model_copy(update={"path": folder / source.path})
    if isinstance(source, GitSource) and source.url.startswith((".", "/")):
        return source.model_copy(update={"url": str((folder / source.url).resolve())})
    return source


def _repeated(names: Sequence[str]) -> int:
    """Return the index of the first name that an earlier one is too, 0 when there is none."""
    return next((index for index, name in enumerate(names) if name in names[:index]), 0)


def _complaint(error: ValidationError, *, file: Path, text: str) -> str:
    first = error.errors()[0]
    if first["loc"] == ():
        return f"{file} holds no list of sources. Begin each by [[source]]."
    place = _place(first["loc"])
    key, line = str(place[-1]), _line_at(text, place)
    value = first["input"]
    if first["type"] == "missing":
        return f"{file}, line {line}: {key} is missing. Write {key} = ... below [[source]]."
    if first["type"] == "extra_forbidden":
        return f"{file}, line {line}: {key} is not known. Known are {', '.join(_known(first['loc']))}."
    if first["type"].startswith("union_tag"):
        return f"{file}, line {line}: kind is {_kind(value)!r}. Write one of {', '.join(map(repr, _kinds()))}."
    what = first["msg"].removeprefix("Value error, ")
    given = "" if isinstance(value, dict) else f"{key} is {value!r}: "
    return f"{file}, line {line}: {given}{what}."


def _place(location: Sequence[int | str]) -> tuple[int | str, ...]:
    """Return where in the file an error is: without the kind, which pydantic puts after the source's number."""
    return ("source", location[0], *location[2:]) if len(location) > 1 else ("source", location[0], "kind")


def _known(location: Sequence[int | str]) -> Iterator[str]:
    kind = next(each for each in KINDS if _kind_of(each) == location[1])
    yield from sorted(Rule.model_fields if location[2] == "rules" else kind.model_fields)


def _kinds() -> list[str]:
    return [_kind_of(kind) for kind in KINDS]


def _kind_of(source: type[_Source]) -> str:
    return str(source.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]


def _kind(value: Any) -> Any:
    return value.get("kind") if isinstance(value, dict) else value


def _line_at(text: str, place: Sequence[int | str]) -> int:
    """Return the line of a key, or that of its table's header where the key is not written there."""
    begin, end = _span(text, _HEADER, int(place[1]), 0, len(text))
    if len(place) > 3 and place[2] == "rules":
        begin, end = _span(text, _RULE_HEADER, int(place[3]), begin, end)
    key = re.compile(rf"^[ \t]*[\"']?{re.escape(str(place[-1]))}[\"']?[ \t]*=", re.MULTILINE)
    found = key.search(text, begin, end)
    return text.count("\n", 0, found.start() if found else begin) + 1


def _span(text: str, header: re.Pattern[str], index: int, begin: int, end: int) -> tuple[int, int]:
    starts = [found.start() for found in header.finditer(text, begin, end)]
    if index >= len(starts):  # written in another way, such as `source = [{...}]`
        return begin, end
    return starts[index], starts[index + 1] if index + 1 < len(starts) else end


def _line_of(text: str, name: str) -> int:
    found = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(name)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
