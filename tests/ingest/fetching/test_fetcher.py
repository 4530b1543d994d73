from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.fetching.connection import Resolve, addresses_of
from ingest.fetching.fetcher import Fetcher, Gone, Patience
from ingest.fetching.kept import Kept, Page
from tests.web_server import Answer, WebServer, gzipped, moved, page

_HTML = {"text/html"}
_PATIENCE = Patience(seconds=20, megabytes=1, pauses=(0.0, 0.0))


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer({"/a": page("<p>A")}) as server:
        yield server


@contextmanager
def _fetcher(
    url: str,
    tmp_path: Path,
    *,
    patience: Patience = _PATIENCE,
    allow_private: bool = True,
    resolve: Resolve = addresses_of,
) -> Iterator[Fetcher]:
    with (
        Kept(tmp_path / "kept.sqlite3") as kept,
        Fetcher(url, kept=kept, patience=patience, allow_private=allow_private, resolve=resolve) as fetcher,
    ):
        yield fetcher


def _page(server: WebServer, path: str, tmp_path: Path, *, patience: Patience = _PATIENCE) -> Page:
    with _fetcher(server.url, tmp_path, patience=patience) as fetcher:
        return fetcher.page(server.url + path, media_types=_HTML)


def _refusal(server: WebServer, path: str, tmp_path: Path, *, patience: Patience = _PATIENCE) -> str:
    with pytest.raises(SourceError) as raised:
        _page(server, path, tmp_path, patience=patience)
    return str(raised.value)


def test_what_has_not_changed_is_not_sent_again(server: WebServer, tmp_path: Path) -> None:
    first = _page(server, "/a", tmp_path)
    assert _page(server, "/a", tmp_path) == first
    assert server.statuses() == [200, 304]
    server.answers["/a"] = page("<p>B")
    assert b"<p>B" in _page(server, "/a", tmp_path).content


def test_a_server_that_knows_dates_alone_is_asked_by_date(server: WebServer, tmp_path: Path) -> None:
    headers = {"Content-Type": "text/html", "Last-Modified": "Wed, 01 Jul 2026 10:00:00 GMT"}
    server.answers["/a"] = Answer("A", headers=headers, has_etag=False)
    _page(server, "/a", tmp_path)
    server.answers["/a"] = Answer(status=304)
    assert _page(server, "/a", tmp_path).content == b"A"
    assert server.requests[-1].headers["if-modified-since"] == "Wed, 01 Jul 2026 10:00:00 GMT"


def test_a_busy_or_failing_server_is_asked_again(server: WebServer, tmp_path: Path) -> None:
    busy = Answer(status=429, headers={"Retry-After": "0"})
    server.answers["/a"] = [busy, Answer(status=503), page("A")]
    assert b"A" in _page(server, "/a", tmp_path).content
    assert server.statuses() == [429, 503, 200]


def test_a_server_that_asks_for_too_long_a_pause_is_left_alone(server: WebServer, tmp_path: Path) -> None:
    server.answers["/a"] = Answer(status=429, headers={"Retry-After": "86400"})
    assert "answers with status 429" in _refusal(server, "/a", tmp_path)
    assert server.statuses() == [429]


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Answer(status=500), "answers with status 500; try again later"),
        (Answer(status=403), "may not be read (status 403); check the source's credentials"),
        (Answer("{}", headers={"Content-Type": "application/json"}), "is 'application/json', not text/html"),
        (Answer("A", headers={"Content-Type": "text/html"}, is_cut=True), "cannot be fetched: RemoteProtocolError"),
        (moved("/a"), "redirects more than 5 times"),
        (moved("file:///etc/passwd"), "it does not begin with https:// or http://"),
        (moved("http://169.254.169.254/latest/meta-data"), "it is not of the host 127.0.0.1"),
        (moved("http://user:word@127.0.0.1/"), "it holds a name or password"),
        (moved("http://127.0.0.1:22/"), "its port is not"),
        (Answer("A", headers={"Content-Type": "text/html", "Content-Encoding": "gzip, gzip"}), "is sent as"),
        (Answer("A", headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}), "is sent in part only"),
        (Answer(".....", headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}), "is sent damaged"),
    ],
)
def test_what_is_no_answer_fails_and_what_was_kept_stays(
    server: WebServer, tmp_path: Path, answer: Answer, complaint: str
) -> None:
    first = _page(server, "/a", tmp_path)
    server.answers["/a"] = answer
    assert complaint in _refusal(server, "/a", tmp_path)
    with Kept(tmp_path / "kept.sqlite3") as kept:
        assert kept.page(server.url + "/a") == first


def test_a_vanished_page_is_gone(server: WebServer, tmp_path: Path) -> None:
    with pytest.raises(Gone), _fetcher(server.url, tmp_path) as fetcher:
        fetcher.page(server.url + "/b", media_types=_HTML)


def test_a_redirect_is_followed_within_the_host(server: WebServer, tmp_path: Path) -> None:
    server.answers["/old"] = moved("/a#part")
    assert _page(server, "/old", tmp_path).url == server.url + "/a"


def test_a_slow_drip_ends_at_the_deadline(server: WebServer, tmp_path: Path) -> None:
    server.answers["/a"] = Answer(headers={"Content-Type": "text/html"}, drips=True)
    assert "Timeout" in _refusal(server, "/a", tmp_path, patience=Patience(seconds=0.3, pauses=()))


def test_a_large_body_is_left_at_the_limit(server: WebServer, tmp_path: Path) -> None:
    server.answers["/a"] = Answer(headers={"Content-Type": "text/html"}, floods=True)
    assert "too_large" in _refusal(server, "/a", tmp_path)
    assert server.sent < 100_000_000  # what lies in the sockets' buffers besides


def test_a_small_body_that_becomes_large_is_left_at_the_limit(server: WebServer, tmp_path: Path) -> None:
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    server.answers["/a"] = Answer(gzipped("." * 2_000_000), headers=headers)
    assert "too_large" in _refusal(server, "/a", tmp_path)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "[::1]", "[::ffff:127.0.0.1]", "localhost"]
)
def test_a_private_address_is_refused_however_it_is_written(server: WebServer, tmp_path: Path, host: str) -> None:
    url = f"http://{host}:{server.port}/a"
    with (
        pytest.raises(SourceError, match=r"forbidden_address|unreachable"),
        _fetcher(url, tmp_path, allow_private=False) as fetcher,
    ):
        fetcher.page(url, media_types=_HTML)
    assert server.requests == []


@pytest.mark.parametrize("answers", [["169.254.169.254"], ["93.184.216.34", "127.0.0.1"], ["::ffff:10.0.0.1"]])
def test_a_name_with_any_address_that_is_private_is_refused(tmp_path: Path, answers: list[str]) -> None:
    url = "http://help.test/"
    with (
        pytest.raises(SourceError, match="forbidden_address"),
        _fetcher(url, tmp_path, allow_private=False, resolve=lambda *_: answers) as fetcher,
    ):
        fetcher.page(url, media_types=_HTML)


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(server: WebServer, tmp_path: Path) -> None:
    asked: list[str] = []

    def rebinding(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    url = f"http://help.test:{server.port}/a"
    with _fetcher(url, tmp_path, resolve=rebinding) as fetcher:
        assert b"A" in fetcher.page(url, media_types=_HTML).content
    assert asked == ["help.test"]
    assert server.requests[0].headers["host"] == f"help.test:{server.port}"


def test_no_proxy_of_the_environment_is_asked(
    server: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebServer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert b"A" in _page(server, "/a", tmp_path).content
        assert proxy.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "//elsewhere.test/",
        "http://127.0.0.1@elsewhere.test/",
        "http://elsewhere.test\\@127.0.0.1/",
        "http://127.0.0.1\\@elsewhere.test/",
        "http://127.0.0.1#@elsewhere.test/",
        "http://127.0.0.1?@elsewhere.test/",
        "http://127.0.0.1%2f@elsewhere.test/",
        "http://127.0.0.1.elsewhere.test/",
        "http://2130706434/",
        "http://0x7f000002/",
        "http://[::ffff:127.0.0.2]/",
        "http:/\\elsewhere.test/",
        "http://\telsewhere.test/",
        "gopher://127.0.0.1/",
    ],
)
def test_a_redirect_that_parsers_read_differently_leads_to_no_other_host(
    server: WebServer, tmp_path: Path, location: str
) -> None:
    asked: set[str] = set()

    def resolve(host: str, _: int) -> Sequence[str]:
        asked.add(host)
        return ["127.0.0.1"]

    server.answers["/a"] = moved(location)
    with (
        pytest.raises(SourceError),
        _fetcher(server.url, tmp_path, resolve=resolve, patience=Patience(seconds=20, pauses=())) as fetcher,
    ):
        fetcher.page(server.url + "/a", media_types=_HTML)
    assert asked == {"127.0.0.1"}
