import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.partition import document
from ingest.sources.configured import Means, sources_of
from ingest.sources.kinds import ZendeskSource
from ingest.sources.source import FailedSource, Source
from tests.help_centres import zendesk_article, zendesk_list
from tests.web_server import Answer, WebServer, moved

_JSON = {"Content-Type": "application/json; charset=utf-8"}
_FIRST = "/api/v2/help_center/en-us/articles?page[size]=100"
_SECOND = "/api/v2/help_center/en-us/articles?page[after]=xyz&page[size]=100"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        server.answers |= {
            "/api/v2/help_center/locales": Answer('{"locales": ["en-us"], "default_locale": "en-us"}', headers=_JSON),
            _FIRST: zendesk_list(zendesk_article(1), zendesk_article(2, draft=True), then=server.url + _SECOND),
            _SECOND: zendesk_list(zendesk_article(3, user_segment_id=7), zendesk_article(4, user_segment_id=8)),
        }
        yield server


def _read(server: WebServer, tmp_path: Path, **settings: object) -> tuple[list[Source], list[FailedSource]]:
    described = {"kind": "zendesk", "name": "help", "url": server.url, "allow_private": True, "audience": "public"}
    means = Means(folder=tmp_path, max_megabytes=1, pauses=(0.0,))
    return sources_of([ZendeskSource.model_validate({**described, **settings})], means=means)


def test_the_published_articles_of_all_pages_are_read(server: WebServer, tmp_path: Path) -> None:
    sources, failed = _read(server, tmp_path, segments={"7": "customer"})
    assert failed == []
    made = {each.location: document(each) for each in sources}
    assert {location: each.metadata["audience"] for location, each in made.items()} == {
        "help/en-us/1": "public",
        "help/en-us/3": "customer",
        "help/en-us/4": "internal",  # of a segment that nobody told of
    }
    first = made["help/en-us/1"]
    assert first.page_content == "Text of 1"
    assert {name: first.metadata[name] for name in ("title", "url", "locale", "updated")} == {
        "title": "Article 1",
        "url": "https://acme.zendesk.com/hc/en-us/articles/1-Acme",
        "locale": "en-us",
        "updated": "2026-04-17",
    }


def test_a_token_is_sent_as_documented(server: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENDESK_TOKEN", "word")
    _read(server, tmp_path, email="a@b.test", token_env="ZENDESK_TOKEN")
    sent = server.requests[-1].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent) == b"a@b.test/token:word"


def test_unchanged_articles_cost_conditional_requests_alone(server: WebServer, tmp_path: Path) -> None:
    first = _read(server, tmp_path)[0]
    server.statuses()
    second = _read(server, tmp_path)[0]
    assert server.statuses() == [304, 304, 304]
    assert [each.digest for each in first] == [each.digest for each in second]


def test_a_deleted_article_is_listed_no_more_and_a_busy_server_is_waited_for(server: WebServer, tmp_path: Path) -> None:
    _read(server, tmp_path)
    server.answers[_SECOND] = [Answer(status=429, headers={"Retry-After": "0"}), zendesk_list(zendesk_article(4))]
    sources, failed = _read(server, tmp_path)
    assert ([each.location for each in sources], failed) == (["help/en-us/1", "help/en-us/4"], [])


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500),
        Answer(status=401),
        Answer(status=404),
        Answer('{"articles": []', headers=_JSON),
        Answer('{"articles": []}', headers=_JSON),
        Answer('{"error": "busy"}', headers=_JSON),
        Answer("<html>maintenance</html>", headers={"Content-Type": "text/html"}),
        Answer("{}", headers=_JSON, is_cut=True),
        moved(_SECOND),
    ],
)
def test_a_list_that_is_not_whole_fails_as_a_whole(server: WebServer, tmp_path: Path, answer: Answer) -> None:
    server.answers[_SECOND] = answer
    sources, failed = _read(server, tmp_path)
    assert (sources, [each.location for each in failed]) == ([], ["help"])


def test_a_list_that_leads_back_to_itself_or_elsewhere_fails(server: WebServer, tmp_path: Path) -> None:
    for then in (server.url + _FIRST, "https://elsewhere.test/articles"):
        server.answers[_SECOND] = zendesk_list(then=then)
        assert [each.location for each in _read(server, tmp_path)[1]] == ["help"]
