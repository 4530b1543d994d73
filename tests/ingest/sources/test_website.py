from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.sources.configured import Means, sources_of
from ingest.sources.kinds import WebsiteSource
from ingest.sources.source import FailedSource, Source
from tests.web_server import Answer, WebServer, gzipped, moved, page
from tests.website import pages

_XML = {"Content-Type": "application/xml"}


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        server.answers |= {
            "/": page('<a href="/a">A</a> <a href="/b#part">B</a> <a href="https://elsewhere.test/c">C</a>'),
            "/a": page('<p>A <a href="/b">B</a> <a href="/a.png">picture</a>'),
            "/b": page('<p>B <a href="/">home</a>'),
        }
        yield server


def _sitemap(server: WebServer, *paths: str, kind: str = "urlset") -> str:
    part = "url" if kind == "urlset" else "sitemap"
    listed = "".join(f"<{part}><loc>{server.url}{path}</loc></{part}>" for path in paths)
    return f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</{kind}>'


def _read(server: WebServer, tmp_path: Path, **settings: object) -> tuple[list[Source], list[FailedSource]]:
    described = {"kind": "website", "name": "site", "url": server.url, "allow_private": True, **settings}
    means = Means(folder=tmp_path, max_megabytes=1, pauses=(0.0,))
    return sources_of([WebsiteSource.model_validate(described)], means=means)


def _locations(server: WebServer, tmp_path: Path, **settings: object) -> list[str]:
    sources, failed = _read(server, tmp_path, **settings)
    assert failed == []
    return [source.location for source in sources]


def test_links_are_followed_within_the_host(server: WebServer, tmp_path: Path) -> None:
    assert _locations(server, tmp_path) == ["site/a", "site/b", "site/index"]
    assert set(server.paths()) == {"/robots.txt", "/sitemap.xml", "/", "/a", "/b"}


def test_an_unchanged_site_costs_conditional_requests_alone(server: WebServer, tmp_path: Path) -> None:
    server.answers["/robots.txt"] = Answer("User-agent: *\nAllow: /", headers={"Content-Type": "text/plain"})
    server.answers["/sitemap.xml"] = Answer(_sitemap(server, "/a", "/b"), headers=_XML)
    first = _read(server, tmp_path)[0]
    server.statuses()
    second = _read(server, tmp_path)[0]
    assert set(server.statuses()) == {304}
    assert [(each.location, each.digest) for each in first] == [(each.location, each.digest) for each in second]


def test_a_sitemap_names_the_pages_through_index_files_and_gz(server: WebServer, tmp_path: Path) -> None:
    server.answers |= {
        "/robots.txt": Answer(f"Sitemap: {server.url}/maps.xml", headers={"Content-Type": "text/plain"}),
        "/maps.xml": Answer(_sitemap(server, "/one.xml.gz", kind="sitemapindex"), headers=_XML),
        "/one.xml.gz": Answer(gzipped(_sitemap(server, "/b")), headers={"Content-Type": "application/gzip"}),
    }
    assert _locations(server, tmp_path) == ["site/b"]
    assert _locations(server, tmp_path, crawl=True) == ["site/a", "site/b", "site/index"]


@pytest.mark.parametrize(
    "sitemap",
    [
        Answer(status=500),
        Answer("<urlset/>", headers=_XML),
        Answer("<urlset>", headers=_XML),
        Answer("<urlset/>", headers=_XML, is_cut=True),
        Answer("<html/>", headers=_XML),
    ],
)
def test_a_site_whose_list_cannot_be_read_fails_as_a_whole(server: WebServer, tmp_path: Path, sitemap: Answer) -> None:
    server.answers["/sitemap.xml"] = sitemap
    sources, failed = _read(server, tmp_path)
    assert (sources, [each.location for each in failed]) == ([], ["site"])


def test_what_robots_txt_forbids_is_not_fetched(server: WebServer, tmp_path: Path) -> None:
    rules = "User-agent: *\nDisallow: /a\n\nUser-agent: SupportBot\nDisallow: /*b$"
    server.answers["/robots.txt"] = Answer(rules, headers={"Content-Type": "text/plain"})
    assert _locations(server, tmp_path) == ["site/a", "site/index"]
    assert "/b" not in server.paths()


def test_rules_that_cannot_be_read_forbid_all(server: WebServer, tmp_path: Path) -> None:
    server.answers["/robots.txt"] = Answer(status=503)
    assert [each.location for each in _read(server, tmp_path)[1]] == ["site"]
    assert set(server.paths()) == {"/robots.txt"}


@pytest.mark.parametrize(
    "noindex",
    [page("A", head='<meta name="robots" content="NoIndex, follow">'), page("A", headers={"X-Robots-Tag": "noindex"})],
)
def test_what_asks_not_to_be_indexed_is_left_out(server: WebServer, tmp_path: Path, noindex: Answer) -> None:
    server.answers["/a"] = noindex
    assert _locations(server, tmp_path) == ["site/b", "site/index"]


def test_a_page_counts_once_under_its_own_address(server: WebServer, tmp_path: Path) -> None:
    server.answers |= {
        "/": page('<a href="/a?from=home">A</a><a href="/old">old</a><a href="/a">A</a>'),
        "/a?from=home": page("A", head='<link rel="canonical" href="/a">'),
        "/old": moved("/a"),
    }
    assert _locations(server, tmp_path) == ["site/a", "site/b", "site/index"]


def test_patterns_narrow_what_is_read(server: WebServer, tmp_path: Path) -> None:
    assert _locations(server, tmp_path, exclude=["/a*"]) == ["site/b", "site/index"]
    assert _locations(server, tmp_path, include=["/a"]) == ["site/a"]


def test_a_page_that_fails_is_told_and_a_crawl_that_missed_it_deletes_nothing(
    server: WebServer, tmp_path: Path
) -> None:
    server.answers["/a"] = Answer(status=500)
    sources, failed = _read(server, tmp_path)
    assert [each.location for each in sources] == ["site/b", "site/index"]
    assert [each.location for each in failed] == ["site", "site/a"]


def test_a_page_that_fails_is_told_under_the_address_that_it_had(server: WebServer, tmp_path: Path) -> None:
    server.answers["/sitemap.xml"] = Answer(_sitemap(server, "/old", "/b"), headers=_XML)
    server.answers["/old"] = moved("/a")
    assert _locations(server, tmp_path) == ["site/a", "site/b"]
    for failure in (Answer(status=500), Answer(status=403), moved("https://elsewhere.test/"), moved("/old")):
        server.answers["/old"] = failure
        assert [each.location for each in _read(server, tmp_path)[1]] == ["site/a"]


def test_a_page_that_vanished_is_no_failure(server: WebServer, tmp_path: Path) -> None:
    server.answers["/sitemap.xml"] = Answer(_sitemap(server, "/a", "/b"), headers=_XML)
    assert _locations(server, tmp_path) == ["site/a", "site/b"]
    server.answers["/a"] = Answer(status=410)
    assert _locations(server, tmp_path) == ["site/b"]


def test_a_site_without_end_is_refused(server: WebServer, tmp_path: Path) -> None:
    server.otherwise = lambda path: page(f'<a href="{path}/x">on</a>') if path.startswith("/x") else None
    server.answers["/"] = page('<a href="/x">on</a>')
    assert "more than 20 pages" in str(_read(server, tmp_path, max_pages=20)[1][0].error)


def test_nothing_of_a_private_address_is_fetched_unless_that_is_allowed(server: WebServer, tmp_path: Path) -> None:
    sources, failed = _read(server, tmp_path, allow_private=False)
    assert (sources, [each.error.reason for each in failed]) == ([], ["forbidden_address"])
    assert server.requests == []


def test_a_page_in_another_encoding_is_read(server: WebServer, tmp_path: Path) -> None:
    headers = {"Content-Type": "text/html; charset=windows-1252"}
    server.answers["/a"] = Answer("<p>Größe".encode("windows-1252"), headers=headers)
    sources = {source.location: source for source in _read(server, tmp_path)[0]}
    assert "Größe".encode() in sources["site/a"].read()


@pytest.mark.slow
def test_a_thousand_pages_are_found_without_leaving_the_host(tmp_path: Path) -> None:
    with WebServer() as server:
        server.answers |= {made.path: page(made.html) for made in pages(1_000)}
        server.answers["/"] = page('<a href="/articles/0">Start</a>')
        locations = _locations(server, tmp_path)
    assert sum(location.startswith("site/articles/") for location in locations) == 1_000
