"""A web server on a loopback socket that answers each path as it is told to."""

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers. A body of its own makes its ETag, and whoever sends that is answered by 304."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    has_etag: bool = True
    is_cut: bool = False  # less is sent than is announced
    drips: bool = False  # a byte at a time, without end
    floods: bool = False  # a large body without end

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


def page(body: str, *, head: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    """Return a web page."""
    text = f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"
    return Answer(text, headers={"Content-Type": "text/html; charset=utf-8", **(headers or {})})


def moved(to: str) -> Answer:
    """Return a redirect."""
    return Answer(status=301, headers={"Location": to})


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came, and the status of its answer."""

    path: str
    headers: dict[str, str]  # by their names in lower case
    status: int


class WebServer:
    """Listens at `url` within a `with`. Of several answers of a path each serves once, and the last from then on."""

    def __init__(self, answers: Mapping[str, Answer | list[Answer]] | None = None) -> None:
        self.answers: dict[str, Answer | list[Answer]] = dict(answers or {})
        self.otherwise: Callable[[str], Answer | None] = lambda _: None
        self.requests: list[Request] = []
        self.sent = 0  # bytes of floods
        self._is_closing = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # or the body waits 40 ms for the headers to be acknowledged

            def do_GET(self) -> None:
                answer = server._answer(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                etag = f'"{hashlib.sha256(answer.content).hexdigest()[:12]}"'
                is_known = answer.status == 200 and answer.has_etag and headers.get("if-none-match") == etag
                status = 304 if is_known else answer.status
                server.requests.append(Request(self.path, headers, status))
                self.send_response(status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.status == 200 and answer.has_etag:
                    self.send_header("ETag", etag)
                if answer.drips or answer.floods:
                    self.close_connection = True
                    self.end_headers()
                    self._send_without_end(b"." if answer.drips else b"." * 65_536)
                    return
                content = b"" if is_known else answer.content
                self.send_header("Content-Length", str(len(content) + (1_000 if answer.is_cut else 0)))
                self.end_headers()
                self.wfile.write(content)
                self.close_connection = self.close_connection or answer.is_cut

            def _send_without_end(self, part: bytes) -> None:
                try:
                    while not server._is_closing.is_set() and server.sent < 1_000_000_000:
                        self.wfile.write(part)
                        server.sent += len(part)
                        if len(part) == 1:
                            time.sleep(0.02)  # a slow server is one that waits
                except OSError:
                    pass  # the other side has had enough

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def statuses(self) -> list[int]:
        """Return the statuses of the answers since this was asked last."""
        found = [request.status for request in self.requests]
        self.requests.clear()
        return found

    def paths(self) -> list[str]:
        """Return the paths that were asked for since this was asked last."""
        found = [request.path for request in self.requests]
        self.requests.clear()
        return found

    def _answer(self, path: str) -> Answer:
        answers = self.answers.get(path)
        if answers is None:
            return self.otherwise(path) or Answer("Not found", status=404)
        if isinstance(answers, Answer):
            return answers
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def gzipped(text: str) -> bytes:
    """Return a text as a .gz file holds it."""
    return gzip.compress(text.encode())
