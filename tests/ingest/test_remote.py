"""Runs whose sources lie elsewhere: what vanishes is gone, what fails stays, and an outage deletes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.parser import Parser
from ingest.report import IngestReport
from ingest.sources.configured import Means, sources_of
from ingest.sources.kinds import WebsiteSource
from knowledge.embedding_cache import EmbeddingCache
from tests.ingest.site import Site
from tests.web_server import Answer, WebServer, moved, page

_PATHS = [f"/{name}" for name in "abcd"]


@pytest.fixture
def site(tmp_path: Path, cache: EmbeddingCache, parser: Parser) -> Site:
    return Site(tmp_path, cache, parser)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        server.answers |= {path: page(f"<main><h1>{path}</h1><p>The article {path}.</p></main>") for path in _PATHS}
        listed = "".join(f"<url><loc>{server.url}{path}</loc></url>" for path in _PATHS)
        server.answers["/sitemap.xml"] = Answer(
            f"<urlset>{listed}</urlset>", headers={"Content-Type": "application/xml"}
        )
        yield server


def _run(site: Site, server: WebServer, tmp_path: Path) -> IngestReport:
    source = WebsiteSource(kind="website", name="web", url=server.url, audience="public", allow_private=True)
    means = Means(folder=tmp_path / "fetched", max_megabytes=1, pauses=(0.0,))
    return site.run(found=sources_of([source], means=means))


def test_an_unchanged_website_makes_no_generation(site: Site, server: WebServer, tmp_path: Path) -> None:
    assert _run(site, server, tmp_path).added == 4
    second = _run(site, server, tmp_path)
    assert (second.promoted, second.unchanged, second.embedded) == (False, 4, 0)


@pytest.mark.parametrize(
    "answer",
    [
        Answer("Sorry", status=500, headers={"Content-Type": "text/html"}),
        page("<p>Cut"),
        moved("/a"),
    ],
    ids=["an error page", "half a page", "a redirect loop"],
)
def test_a_page_that_fails_keeps_its_last_good_version(
    site: Site, server: WebServer, tmp_path: Path, answer: Answer
) -> None:
    _run(site, server, tmp_path)
    before = site.texts()
    is_page = answer.status == 200
    server.answers["/a"] = Answer(answer.content, headers=answer.headers, is_cut=True) if is_page else answer
    report = _run(site, server, tmp_path)
    assert ([failure.source for failure in report.failed], report.stale) == (["web/a"], ("web/a",))
    assert (site.texts(), report.deleted) == (before, 0)


def test_a_page_that_vanished_is_gone_at_the_next_run(site: Site, server: WebServer, tmp_path: Path) -> None:
    _run(site, server, tmp_path)
    server.answers["/a"] = Answer(status=404)
    report = _run(site, server, tmp_path)
    assert (report.deleted, report.failed) == (1, ())
    assert sorted(site.texts()) == ["web/b", "web/c", "web/d"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_site_that_is_suddenly_empty_is_not_believed(
    site: Site, server: WebServer, tmp_path: Path, status: int
) -> None:
    _run(site, server, tmp_path)
    for path in _PATHS:
        server.answers[path] = Answer(status=status)
    report = _run(site, server, tmp_path)
    assert (report.deleted, len(site.texts())) == (0, 4)


def test_an_outage_deletes_nothing(site: Site, server: WebServer, tmp_path: Path) -> None:
    _run(site, server, tmp_path)
    server.answers["/sitemap.xml"] = Answer(status=503)
    report = _run(site, server, tmp_path)
    assert [failure.source for failure in report.failed] == ["web"]
    assert (report.deleted, report.stale, len(site.texts())) == (0, ("web/a", "web/b", "web/c", "web/d"), 4)
