"""Turn a body and headers into a website on another origin than the API's, for a page to be opened from."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

ARTICLE = "<h1>Fern &amp; Field</h1><p>Plants for shady corners, sent on Tuesdays.</p>"


class HostSite:
    """A website of one page: `shows` what a test gives it until the next one."""

    def __init__(self) -> None:
        self._page = b""
        self._headers: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.origin = f"http://localhost:{self._server.server_port}"

    def shows(self, body: str, *, head: str = "", policy: str = "") -> None:
        """Serve this page, under this Content-Security-Policy if there is one."""
        self._page = (
            f'<!doctype html><html lang="en"><head><title>Shop</title>{head}</head><body>{body}</body></html>'.encode()
        )
        self._headers = {"Content-Security-Policy": policy} if policy else {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = site._page if self.path == "/" else b""
                self.send_response(200 if page else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                for name, value in site._headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def snippet(api: str, *, site_key: str = "") -> str:
    """Return the tag that puts the widget on a page."""
    key = f' data-site-key="{site_key}"' if site_key else ""
    return f'<script async src="{api}/static/widget/widget.js"{key}></script>'
