"""Turn a website into sources: the pages that its sitemap lists, or that its links lead to, within its host.

What robots.txt forbids is not fetched, what asks not to be indexed is left out, and a page counts under the address
that it says is its own. Sitemaps are those of https://www.sitemaps.org/protocol.html, index files and .gz included.
"""

import hashlib
import re
import zlib
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import yaml
from lxml import etree
from protego import Protego

from ingest.errors import SourceError
from ingest.fetching.fetcher import AGENT, Fetcher, Forbidden, Gone
from ingest.fetching.kept import Page
from ingest.sources.kinds import WebsiteSource
from ingest.sources.source import WEB_PAGE, FailedSource, Source

_HTML = {"text/html", "application/xhtml+xml"}
_XML = {"text/xml", "application/xml", "application/gzip", "application/x-gzip", "text/plain"}
_TEXT = {"text/plain", "text/html"}
_MOST_SITEMAPS = 500
_NO_PAGE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|ico|css|js|json|xml|zip|gz|mp4|mp3|pdf|docx?|xlsx?|pptx?)$", re.I)
_DIRECTIVE = re.compile(r"[a-z]+")
_NO_LOSS = ("unknown_format", "forbidden_address")  # of an address that never was a page of the site
_LONGEST_DELAY = 30.0  # seconds between requests that a site may ask for
_UNFIT = re.compile(r"[\x00-\x20\x7f]")


class _Listing(HTMLParser):
    """What a page says of itself and where it leads. Its text is read elsewhere, by a process that may do less."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.canonical = ""
        self.robots: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href") and "nofollow" not in given.get("rel", "").split():
            self.links.append(given["href"])
        elif tag == "link" and "canonical" in given.get("rel", "").lower().split():
            self.canonical = self.canonical or given.get("href", "")
        elif tag == "meta" and given.get("name", "").lower() in ("robots", AGENT.lower()):
            self.robots |= set(_DIRECTIVE.findall(given.get("content", "").lower()))


class _Visits:
    """What was read of a site, by location."""

    def __init__(self, source: WebsiteSource, *, fetcher: Fetcher) -> None:
        self.found: dict[str, Source | FailedSource] = {}
        self.is_whole = True  # no page failed that may have led to others
        self._source = source
        self._fetcher = fetcher

    def links_at(self, address: str) -> list[str]:
        """Read a page and return the addresses that it leads to."""
        known = self._fetcher.known(address)
        try:
            page = self._fetcher.page(address, media_types=_HTML)
        except Gone:
            return []
        except SourceError as error:
            if known is None and (isinstance(error, Forbidden) or error.reason in _NO_LOSS):
                return []
            own = _own_address(known, _listing(known), self._fetcher) if known else address
            self.found.setdefault(_location(self._source, own), FailedSource(_location(self._source, own), error))
            self.is_whole = False
            return []
        listing = _listing(page)
        own = _own_address(page, listing, self._fetcher)
        if not {"noindex", "none"} & listing.robots and self._source.takes(urlsplit(own).path):
            made = _made(self._source, own, page)
            if not isinstance(self.found.get(made.location), Source):
                self.found[made.location] = made
        if {"nofollow", "none"} & listing.robots:
            return []
        return [_plain(urljoin(page.url, link)) for link in listing.links if not _UNFIT.search(link)]


def website_sources(
    source: WebsiteSource, *, fetcher: Fetcher, enough: int | None = None
) -> Iterator[Source | FailedSource]:
    """Yield a website's pages, as `<name>/<path>`. Raises SourceError when it cannot be told which there are."""
    robots = _robots(fetcher)
    fetcher.delay = min(float(robots.crawl_delay(AGENT) or 0), _LONGEST_DELAY)
    listed = None if source.crawl else _sitemap_pages(source, fetcher=fetcher, robots=robots)
    start = dict.fromkeys(map(_plain, [str(fetcher.url)] if listed is None else listed))
    waiting = deque(each for each in start if listed is None or _may_read(each, source, fetcher, robots))
    seen = set(waiting)
    visits = _Visits(source, fetcher=fetcher)
    while waiting and len(visits.found) != enough:
        if len(seen) > source.max_pages:
            detail = f"it has more than {source.max_pages} pages; raise max_pages, or narrow it by include and exclude"
            raise SourceError("too_large", detail)
        links = visits.links_at(waiting.popleft())
        if listed is not None:
            continue
        new = [each for each in dict.fromkeys(links) if each not in seen and _may_read(each, source, fetcher, robots)]
        seen.update(new)
        waiting.extend(new)
    yield from _told(visits, source=source, is_listed=listed is not None)


def _told(visits: _Visits, *, source: WebsiteSource, is_listed: bool) -> Iterator[Source | FailedSource]:
    """Yield what was found; of a crawl that missed pages none is known to be gone."""
    if not visits.found:
        detail = f"no page of {source.url} can be read; check the address, include and exclude, and its robots.txt"
        raise SourceError("unreachable", detail)
    yield from visits.found.values()
    if not is_listed and not visits.is_whole:
        detail = "not all its pages could be read, so those that only they lead to stay as they are; try again later"
        yield FailedSource(source.name, SourceError("unreachable", detail))


def _listing(page: Page) -> _Listing:
    listing = _Listing()
    listing.feed(page.content.decode("utf-8", "replace"))
    listing.robots |= set(_DIRECTIVE.findall(page.robots.lower()))
    return listing


def _own_address(page: Page, listing: _Listing, fetcher: Fetcher) -> str:
    """Return the address under which a page counts."""
    own = _plain(urljoin(page.url, listing.canonical)) if listing.canonical else ""
    return own if own and fetcher.is_within(own) else _plain(page.url)


def _made(source: WebsiteSource, address: str, page: Page) -> Source:
    fields = {"url": address, "locale": source.locale, "product": source.product}
    label = yaml.safe_dump({name: value for name, value in fields.items() if value}, allow_unicode=True).encode()
    content = page.content
    return Source(
        location=_location(source, address),
        media_type=WEB_PAGE,
        audience=source.audience,
        digest=hashlib.sha256(content + label).hexdigest(),
        read=lambda: content,
        label=label,
    )


def _location(source: WebsiteSource, address: str) -> str:
    """Return a page's name: its path, and its query where it has one."""
    parts = urlsplit(address)
    path = parts.path.strip("/") or "index"
    return f"{source.name}/{path}?{parts.query}" if parts.query else f"{source.name}/{path}"


def _plain(address: str) -> str:
    """Return an address without its fragment, and with the path of a host alone."""
    address = urldefrag(address).url
    parts = urlsplit(address)
    return parts._replace(path=quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")).geturl()


def _may_read(address: str, source: WebsiteSource, fetcher: Fetcher, robots: Protego) -> bool:
    path = urlsplit(address).path
    return (
        fetcher.is_within(address)
        and not _NO_PAGE.search(path)
        and source.takes(path)
        and bool(robots.can_fetch(address, AGENT))
    )


def _robots(fetcher: Fetcher) -> Protego:
    """Return what a crawler may read. A site without rules allows all; one whose rules cannot be read, nothing."""
    try:
        rules = fetcher.page(str(fetcher.url.join("/robots.txt")), media_types=_TEXT).content
    except (Gone, Forbidden):
        rules = b""
    return Protego.parse(rules.decode("utf-8", "replace"))


def _sitemap_pages(source: WebsiteSource, *, fetcher: Fetcher, robots: Protego) -> list[str] | None:
    """Return the addresses of the sitemap, None when the site has none."""
    given = [source.sitemap] if source.sitemap else list(robots.sitemaps)
    given = [each for each in given if source.sitemap or fetcher.is_within(each)]
    waiting = deque(given or [str(fetcher.url.join("/sitemap.xml"))])
    seen, pages = set(waiting), list[str]()
    while waiting:
        address = waiting.popleft()
        try:
            page = fetcher.page(address, media_types=_XML)
        except SourceError as error:
            if not given and len(seen) == 1 and (isinstance(error, Gone) or error.reason == "unknown_format"):
                return None
            raise SourceError(error.reason, f"its sitemap: {error.detail}") from error
        for kind, listed in _entries(_unpacked(page, fetcher.megabytes), address=address):
            if kind == "urlset":
                pages.append(listed)
            elif listed not in seen and fetcher.is_within(listed):
                seen.add(listed)
                waiting.append(listed)
        if len(seen) > _MOST_SITEMAPS:
            raise SourceError("too_large", f"its sitemap has more than {_MOST_SITEMAPS} parts; name one of them")
    if not pages:
        raise SourceError("unreachable", f"the sitemap {given or '/sitemap.xml'} lists no page; mend it")
    return pages


def _unpacked(page: Page, megabytes: int) -> bytes:
    if not page.content.startswith(b"\x1f\x8b"):
        return page.content
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = unpacking.decompress(page.content, megabytes * 1_000_000)
    except zlib.error as error:
        raise SourceError("damaged", f"the sitemap {page.url} is no whole .gz file ({error})") from error
    if not unpacking.eof:
        raise SourceError("damaged", f"the sitemap {page.url} is cut, or larger than {megabytes} MB")
    return content


def _entries(content: bytes, *, address: str) -> Iterator[tuple[str, str]]:
    """Yield what a sitemap lists, each with the kind of the sitemap: `urlset`, or `sitemapindex` of others."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError("damaged", f"the sitemap {address} is not XML ({error}); mend it") from error
    kind = etree.QName(root).localname
    if kind not in ("urlset", "sitemapindex"):
        raise SourceError("damaged", f"{address} is no sitemap but {kind!r}; mend it")
    for place in root.iterfind("./{*}*/{*}loc"):
        if place.text:
            yield kind, place.text.strip()
