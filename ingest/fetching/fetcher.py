"""Turn an address of a source's host into what its server answers, from what was kept when that has not changed."""

import time
import zlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

import httpcore
import httpx

from ingest.errors import SourceError
from ingest.fetching.connection import Backend, Resolve, Transport, addresses_of
from ingest.fetching.kept import Kept, Page

AGENT = "SupportBot"
_MOST_REDIRECTS = 5
_PORTS = {80, 443}
_HTML = {"text/html", "application/xhtml+xml"}
_SILENCE = 20.0  # seconds without a byte
_LONGEST_PAUSE = 300.0
_FAULTS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)


class Gone(SourceError):
    """The server says that there is nothing at this address."""


class Forbidden(SourceError):
    """The server lets nobody, or not us, read what is at this address."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How much one answer may take, and how long to wait before each further attempt."""

    seconds: float = 60.0
    megabytes: int = 20
    pauses: Sequence[float] = (1.0, 5.0, 15.0)


class Fetcher:
    """Fetches from one host. Each answer that ends well is kept."""

    def __init__(
        self,
        url: str,
        *,
        kept: Kept,
        patience: Patience,
        allow_private: bool = False,
        headers: Mapping[str, str] | None = None,
        resolve: Resolve = addresses_of,
    ) -> None:
        try:
            self.url = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise SourceError("forbidden_address", f"{url!r} is no address ({error}); mend it") from error
        self.asked: set[str] = set()
        self.delay = 0.0  # seconds to wait before each request
        self._kept = kept
        self._patience = patience
        self._backend = Backend(allow_private=allow_private, resolve=resolve)
        self._client = httpx.Client(
            transport=Transport(self._backend),
            timeout=_SILENCE,
            headers={"User-Agent": AGENT, "Accept-Encoding": "gzip", **(headers or {})},
        )

    def page(self, address: str, *, media_types: Collection[str]) -> Page:
        """Return what is at an address. Raises Gone when nothing is, and SourceError when that cannot be told."""
        known = self._kept.page(address)
        self.asked.add(address)
        try:
            page = self._page(address, known=known, media_types=media_types)
        except Gone:
            self.asked.discard(address)
            raise
        except _FAULTS as error:
            what = " ".join(f"{type(error).__name__} {error}".split())
            raise SourceError("unreachable", f"{address} cannot be fetched: {what[:200]}; try again later") from error
        if page is not known:
            self._kept.keep(address, page)
        return page

    @property
    def megabytes(self) -> int:
        """The size above which an answer is refused."""
        return self._patience.megabytes

    def known(self, address: str) -> Page | None:
        """Return what was answered when this was asked for last."""
        return self._kept.page(address)

    def is_within(self, address: str) -> bool:
        """Whether an address is of the source's host, and as safe as that which the source names."""
        return self._wrong(address) == ""

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _page(self, address: str, *, known: Page | None, media_types: Collection[str]) -> Page:
        at, conditions = address, known.conditions if known else {}
        for _ in range(_MOST_REDIRECTS + 1):
            if wrong := self._wrong(at):
                raise SourceError("forbidden_address", f"{at} is not fetched: {wrong}")
            response, content = self._answer(at, conditions=conditions)
            if response.status_code == 304 and known:
                return known
            if response.has_redirect_location:
                at = str(httpx.URL(at).join(response.headers["Location"]).copy_with(fragment=None))
                continue
            _refuse_failure(response, at)
            media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if media_type not in media_types:
                raise SourceError("unknown_format", f"{at} is {media_type or 'of no type'!r}, not {min(media_types)}")
            return Page(
                url=at,
                media_type=media_type,
                content=_in_utf_8(content, response) if media_type in _HTML else content,
                robots=response.headers.get("X-Robots-Tag", ""),
                etag=response.headers.get("ETag", ""),
                last_modified=response.headers.get("Last-Modified", ""),
            )
        raise SourceError("unreachable", f"{address} redirects more than {_MOST_REDIRECTS} times; mend the redirects")

    def _wrong(self, address: str) -> str:
        """Return what is wrong with an address, "" when nothing is."""
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL as error:
            return f"it is no address ({error})"
        if url.scheme not in ("http", "https"):
            return "it does not begin with https:// or http://"
        if self.url.scheme == "https" and url.scheme != "https":
            return "it is not https as the source's address is"
        if url.userinfo:
            return "it holds a name or password"
        if url.host != self.url.host:
            return f"it is not of the host {self.url.host}; if that has moved, change the source's address"
        if url.port not in {None, self.url.port, *_PORTS}:
            return f"its port is not {self.url.port or 'one of 80 and 443'}"
        return ""

    def _answer(self, address: str, *, conditions: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        """Return the answer to a request that is sent anew after a pause while the server is busy or fails."""
        for pause in (*self._patience.pauses, None):
            try:
                response, content = self._answered(address, conditions=conditions)
            except (httpcore.NetworkError, httpcore.ProtocolError):
                if pause is None:
                    raise
                time.sleep(pause)
                continue
            asked_to_wait = _retry_after(response)
            is_busy = response.status_code == 429 or response.status_code >= 500
            if not is_busy or pause is None or asked_to_wait > _LONGEST_PAUSE:
                break
            time.sleep(max(pause, asked_to_wait))
        return response, content

    def _answered(self, address: str, *, conditions: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        time.sleep(self.delay)
        self._backend.deadline = time.monotonic() + self._patience.seconds
        with self._client.stream("GET", address, headers=dict(conditions)) as response:
            if response.status_code != 200:
                return response, b""
            try:
                return response, self._content(response)
            except SourceError as error:
                raise SourceError(error.reason, f"{address} {error.detail}") from error

    def _content(self, response: httpx.Response) -> bytes:
        """Return the body, decoded by ourselves: a few bytes may stand for a gigabyte, and a part for the whole."""
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip"):
            raise SourceError("undecodable", f"is sent as {encoding!r}, which was not asked for")
        most = self._patience.megabytes * 1_000_000
        gzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding == "gzip" else None
        content = bytearray()
        for part in response.iter_raw():
            try:
                content += gzip.decompress(part, most + 1 - len(content)) if gzip else part
            except zlib.error as error:
                raise SourceError("unreachable", f"is sent damaged ({error}); try again later") from error
            if len(content) > most:
                limit = self._patience.megabytes
                raise SourceError("too_large", f"is larger than {limit} MB; raise INGEST_MAX_FILE_MEGABYTES")
        if gzip and not gzip.eof:
            raise SourceError("unreachable", "is sent in part only; try again later")
        return bytes(content)


def _in_utf_8(content: bytes, response: httpx.Response) -> bytes:
    """Return a page in the encoding that nobody need be told of."""
    encoding = response.charset_encoding or "utf-8"
    with suppress(LookupError, UnicodeDecodeError):
        return content.decode(encoding).encode()
    return content


def _refuse_failure(response: httpx.Response, address: str) -> None:
    status = response.status_code
    if status in (404, 410):
        raise Gone("unreachable", f"{address} is not there (status {status})")
    if status in (401, 403):
        raise Forbidden("unreachable", f"{address} may not be read (status {status}); check the source's credentials")
    if status != 200:
        raise SourceError("unreachable", f"{address} answers with status {status}; try again later")


def _retry_after(response: httpx.Response) -> float:
    """Return for how many seconds the server asks to be left alone, 0 when it does not."""
    given = response.headers.get("Retry-After", "")
    if given.isdecimal():
        return float(given)
    try:
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds()) if given else 0.0
    except (ValueError, TypeError):
        return 0.0
