"""What no client library sends: requests written byte by byte reach no route that they may not, and hold nothing up."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.running import running_app
from tests.support_bot.access.site import set_up
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_LENGTH = "POST /api/v1/chat HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The host and port of a server whose site is set up."""
    data = tmp_path_factory.mktemp("raw")
    set_up(data)
    app = create_app(
        SupportBotSettings(), KnowledgeSettings(data_dir=Path(data)), retriever=ListRetriever(documents=documents())
    )
    with running_app(app) as url:
        yield urlsplit(url).netloc


def _status(host: str, pieces: Iterable[bytes]) -> int:
    """Return the status of what is answered to these bytes; 0 for a connection that is closed without a word."""
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port)), timeout=60) as connection:
        with suppress(ConnectionError):  # it may have heard enough
            for piece in pieces:
                connection.sendall(piece)
        answer = b""
        with suppress(ConnectionError):
            while b"\r\n" not in answer and (came := connection.recv(65_536)):
                answer += came
    return int(answer.split(b" ", 2)[1]) if answer else 0


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("/api/v1/conversations", "a/?x="),
        ("/api/v1/conversations", "evil.example"),
        ("/api/v1/conversations", "{host}@evil.example"),
        ("@evil.example/api/v1/conversations", "{host}"),
        ("http://evil.example/api/v1/conversations", "{host}"),
        ("//evil.example/api/v1/conversations", "{host}"),
        ("/healthz/../api/v1/conversations", "{host}"),
        ("/healthz/%2e%2e/api/v1/conversations", "{host}"),
        ("/static/../api/v1/conversations", "{host}"),
        ("/static/%2e%2e/%2e%2e/settings.py", "{host}"),
        ("/api/v1/conversations;/healthz", "{host}"),
        ("/api/v1/conversations#/healthz", "{host}"),
    ],
)
def test_no_odd_path_and_no_other_name_opens_a_route(host: str, target: str, named: str) -> None:
    head = f"GET {target} HTTP/1.1\r\nHost: {named.format(host=host)}\r\n\r\n"
    assert _status(host, [head.encode()]) in (0, 400, 401, 404)


@pytest.mark.parametrize("length", ["-1", "+5", "1_0", "0x5", "5, 6", "999999999999", "\u00b2"])
def test_a_length_that_is_none_or_too_much_is_refused(host: str, length: str) -> None:
    head = f"{_LENGTH.format(host=host)}Content-Length: {length}\r\n\r\n{{}}".encode("latin-1")
    assert 400 <= _status(host, [head]) < 500


def test_a_body_without_end_is_left_at_the_limit_before_anybody_is_asked_who_they_are(host: str) -> None:
    def endless() -> Iterator[bytes]:
        yield f"{_LENGTH.format(host=host)}Transfer-Encoding: chunked\r\n\r\n".encode()
        for _ in range(1_000):
            yield b"10000\r\n" + b" " * 65_536 + b"\r\n"

    assert _status(host, endless()) in (0, 413)  # a connection that is closed under what it sends may lose the answer
    assert _status(host, [f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()]) == 200


def test_both_a_length_and_chunks_are_not_taken_for_two_requests(host: str) -> None:
    smuggled = f"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n"
    head = f"{_LENGTH.format(host=host)}Content-Length: {len(smuggled)}\r\nTransfer-Encoding: chunked\r\n\r\n{smuggled}"
    assert 400 <= _status(host, [head.encode()]) < 500
