"""Help centres of each kind that is fetched or exported, which hold what a test says: as documented, page by page."""

import csv
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from pydantic import TypeAdapter

from ingest.sources.kinds import AnySource
from tests.web_server import Answer, WebServer, page

_JSON = {"Content-Type": "application/json; charset=utf-8"}
_XML = {"Content-Type": "application/xml"}
_PAGE = 2  # articles a page: what is documented as the most would make tests long

_source: TypeAdapter[AnySource] = TypeAdapter(AnySource)


class HelpCentre(Protocol):
    """A help centre, and the source that reads it."""

    described: dict[str, Any]

    def hold(self, articles: Mapping[int, str]) -> None:
        """Publish these texts and nothing else from now on."""

    def location(self, number: int) -> str:
        """Return what the source calls an article."""


class Website:
    """Pages and a sitemap."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.described = {"kind": "website", "name": "web", "url": server.url, "allow_private": True}

    def hold(self, articles: Mapping[int, str]) -> None:
        listed = "".join(f"<url><loc>{self.server.url}/{number}</loc></url>" for number in articles)
        self.server.answers = {
            "/sitemap.xml": Answer(f"<urlset>{listed}</urlset>", headers=_XML),
            "/robots.txt": Answer("User-agent: *\nAllow: /", headers={"Content-Type": "text/plain"}),
        }
        for number, text in articles.items():
            self.server.answers[f"/{number}"] = page(f"<main><h1>Article {number}</h1><p>{text}</p></main>")

    def location(self, number: int) -> str:
        return f"web/{number}"


class Zendesk:
    """Zendesk's Help Center API in one language."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.described = {"kind": "zendesk", "name": "zendesk", "url": server.url, "allow_private": True}

    def hold(self, articles: Mapping[int, str]) -> None:
        locales = Answer('{"locales": ["en-us"], "default_locale": "en-us"}', headers=_JSON)
        self.server.answers = {"/api/v2/help_center/locales": locales}
        made = [zendesk_article(number, body=f"<p>{text}</p>") for number, text in articles.items()]
        for start in range(0, max(len(made), 1), _PAGE):
            then = self.server.url + self.page(start + _PAGE) if start + _PAGE < len(made) else ""
            self.server.answers[self.page(start)] = zendesk_list(*made[start : start + _PAGE], then=then)

    def page(self, start: int) -> str:
        """Return the address of the page that begins with the article at this place."""
        after = f"page[after]={start}&" if start else ""
        return f"/api/v2/help_center/en-us/articles?{after}page[size]=100"

    def location(self, number: int) -> str:
        return f"zendesk/en-us/{number}"


def zendesk_article(number: int, **fields: object) -> dict[str, object]:
    """Return an article as the API lists it."""
    return {
        "id": number,
        "url": f"https://acme.zendesk.com/api/v2/help_center/en-us/articles/{number}.json",
        "html_url": f"https://acme.zendesk.com/hc/en-us/articles/{number}-Acme",
        "draft": False,
        "section_id": 28523491991699,
        "updated_at": "2026-04-17T17:18:10Z",
        "title": f"Article {number}",
        "locale": "en-us",
        "user_segment_id": None,
        "label_names": [],
        "body": f"<p>Text of {number}</p>",
        **fields,
    }


def zendesk_list(*articles: dict[str, object], then: str = "") -> Answer:
    """Return a page of articles, and the address of the one after it."""
    answer = {
        "meta": {"has_more": bool(then), "after_cursor": "xyz", "before_cursor": "abc"},
        "links": {"next": then or None, "prev": None},
        "articles": articles,
    }
    return Answer(json.dumps(answer), headers=_JSON)


class Chatwoot:
    """The help-centre API of Chatwoot."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.described = {
            "kind": "chatwoot",
            "name": "chatwoot",
            "url": server.url,
            "account": 3,
            "portal": "handbook",
            "allow_private": True,
        }

    def hold(self, articles: Mapping[int, str]) -> None:
        made = [chatwoot_article(number, content=text) for number, text in articles.items()]
        self.server.answers = {
            self.page(start): chatwoot_list(*made[start : start + _PAGE])
            for start in range(0, len(made) + _PAGE, _PAGE)
        }

    def page(self, start: int) -> str:
        """Return the address of the page that begins with the article at this place."""
        return f"/api/v1/accounts/3/portals/handbook/articles?page={start // _PAGE + 1}"

    def location(self, number: int) -> str:
        return f"chatwoot/{number}"


def chatwoot_article(number: int, **fields: object) -> dict[str, object]:
    """Return an article as the API lists it."""
    return {
        "id": number,
        "slug": f"171-article-{number}",
        "title": f"Article {number}",
        "content": f"## How\n\nText of **{number}**",
        "description": "",
        "status": "published",
        "account_id": 3,
        "updated_at": 1776446290,
        "meta": {},
        "category": {"id": 5, "name": "Start", "slug": "start", "locale": "en"},
        "views": 4,
        **fields,
    }


def chatwoot_list(*articles: dict[str, object]) -> Answer:
    """Return a page of articles."""
    meta = {"current_page": 1, "articles_count": 3, "all_articles_count": 3}
    return Answer(json.dumps({"payload": articles, "meta": meta}), headers=_JSON)


class Repository:
    """A git repository with articles in its folder `docs`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.described = {"kind": "git", "name": "git", "url": folder.as_uri(), "folder": "docs"}
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def hold(self, articles: Mapping[int, str]) -> None:
        for file in self.folder.glob("docs/*"):
            file.unlink()
        self.commit(**{str(number): f"# Article {number}\n\n{text}" for number, text in articles.items()})

    def location(self, number: int) -> str:
        return f"git/{number}.md"

    def git(self, *arguments: str) -> None:
        """Run git in it."""
        settings = ("-c", "user.name=A", "-c", "user.email=a@b.test", "-c", "protocol.file.allow=always")
        subprocess.run(["git", *settings, *arguments], cwd=self.folder, check=True, capture_output=True)

    def commit(self, **files: str) -> None:
        """Write these articles, by name, and commit all there is."""
        for name, text in files.items():
            file = self.folder / "docs" / f"{name}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=.")


class Export:
    """A file that a helpdesk has exported."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.described = {"kind": "export", "name": "export", "path": str(file)}

    def hold(self, articles: Mapping[int, str]) -> None:
        rows = [{"id": number, "title": f"Article {number}", "text": text} for number, text in articles.items()]
        if self.file.suffix == ".csv":
            with self.file.open("w", newline="") as opened:
                writer = csv.DictWriter(opened, ("id", "title", "text"))
                writer.writeheader()
                writer.writerows(rows)
        else:
            self.file.write_text("\n".join(map(json.dumps, rows)))

    def location(self, number: int) -> str:
        return f"export/{number}"


KINDS = ("website", "zendesk", "chatwoot", "git", "export")


def help_centre(kind: str, *, server: WebServer, folder: Path) -> HelpCentre:
    """Return an empty help centre of this kind, at the server or in the folder."""
    if kind == "git":
        return Repository(folder / "repository")
    if kind == "export":
        return Export(folder / "articles.csv")
    at_a_server: dict[str, type[Website | Zendesk | Chatwoot]] = {
        "website": Website,
        "zendesk": Zendesk,
        "chatwoot": Chatwoot,
    }
    return at_a_server[kind](server)


def source_of(centre: HelpCentre, **described: object) -> AnySource:
    """Return the source that reads a help centre."""
    return _source.validate_python({**centre.described, **described})
