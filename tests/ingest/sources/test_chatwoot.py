from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.partition import document
from ingest.sources.configured import Means, sources_of
from ingest.sources.kinds import ChatwootSource
from ingest.sources.source import FailedSource, Source
from tests.help_centres import chatwoot_article, chatwoot_list
from tests.web_server import Answer, WebServer

_JSON = {"Content-Type": "application/json; charset=utf-8"}
_PATH = "/api/v1/accounts/3/portals/handbook/articles?page="


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        server.answers |= {
            f"{_PATH}1": chatwoot_list(chatwoot_article(1), chatwoot_article(2, status="draft")),
            f"{_PATH}2": chatwoot_list(chatwoot_article(3, category=None)),
            f"{_PATH}3": chatwoot_list(),
        }
        yield server


def _read(server: WebServer, tmp_path: Path, **settings: object) -> tuple[list[Source], list[FailedSource]]:
    described = {"kind": "chatwoot", "name": "help", "url": server.url, "account": 3, "portal": "handbook"}
    source = ChatwootSource.model_validate({**described, "allow_private": True, **settings})
    return sources_of([source], means=Means(folder=tmp_path, max_megabytes=1, pauses=(0.0,)))


def test_the_published_articles_of_all_pages_are_read(
    server: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATWOOT_TOKEN", "word")
    sources, failed = _read(server, tmp_path, token_env="CHATWOOT_TOKEN")
    assert ([each.location for each in sources], failed) == (["help/1", "help/3"], [])
    first = document(sources[0])
    assert first.page_content == "How\n\nText of 1"
    assert {name: first.metadata[name] for name in ("title", "url", "locale", "updated")} == {
        "title": "Article 1",
        "url": f"{server.url}/hc/handbook/articles/171-article-1",
        "locale": "en",
        "updated": "2026-04-17",
    }
    assert {request.headers["api_access_token"] for request in server.requests} == {"word"}


def test_unchanged_articles_cost_conditional_requests_alone(server: WebServer, tmp_path: Path) -> None:
    _read(server, tmp_path)
    server.statuses()
    _read(server, tmp_path)
    assert server.statuses() == [304, 304, 304]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=502),
        Answer(status=401),
        Answer('{"payload": [', headers=_JSON),
        Answer("{}", headers=_JSON),
        Answer("{}", headers=_JSON, is_cut=True),
        chatwoot_list(chatwoot_article(1)),  # the first page again
    ],
)
def test_a_list_that_is_not_whole_fails_as_a_whole(server: WebServer, tmp_path: Path, answer: Answer) -> None:
    server.answers[f"{_PATH}2"] = answer
    sources, failed = _read(server, tmp_path)
    assert (sources, [each.location for each in failed]) == ([], ["help"])
