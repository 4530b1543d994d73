"""Turn a stored document into a page that reads like the article, the cited words marked where they stand."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from html import escape
from urllib.parse import urljoin, urlsplit

from langchain_core.documents import Document

from knowledge.documents import Block, Link, metadata_of
from support_bot.answering.phrases import Language, language_of
from support_bot.api.pages.blocks import Marker, elements

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
}
_FOLLOWED = ("http", "https", "mailto")  # schemes
_UPDATED: dict[Language, str] = {"en": "Updated {}", "zh-Hant": "更新於 {}", "zh-Hans": "更新于 {}"}
_STALE: dict[Language, str] = {
    "en": "Could not be brought up to date since {}",
    "zh-Hant": "自 {} 起未能更新",
    "zh-Hans": "自 {} 起未能更新",
}
_CITED: dict[Language, str] = {
    "en": "Go to the words that the answer cites",
    "zh-Hant": "前往回答所引用的文字",
    "zh-Hans": "前往回答所引用的文字",
}
_PAGE: dict[Language, str] = {"en": "Page {}", "zh-Hant": "第 {} 頁", "zh-Hans": "第 {} 页"}


def document_page(document: Document, *, start: int, end: int, site_title: str) -> str:
    """Return the page; start and end are the cited words' code points, the same for none."""
    metadata = metadata_of(document)
    title = escape(metadata["title"])
    language = language_of(document.page_content)
    links = list(_links(metadata["blocks"], address=metadata["url"]))
    marker = Marker(document.page_content, start=start, end=end, links=links)
    heading, *rest = elements(metadata["blocks"], marker=marker, title=metadata["title"], page_label=_PAGE[language])
    body = "\n".join(rest)
    to_mark = f'<a href="#cited">{_CITED[language]}</a>' if marker.has_marked else ""
    updated = _dated(metadata["updated"], _UPDATED[language], language)
    stale = _dated(metadata.get("stale_since", "")[:10], _STALE[language], language)
    details = " ".join(filter(None, [updated, stale, to_mark]))
    return f"""<!doctype html>
<html lang="{escape(metadata["locale"])}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/source.css">
</head>
<body>
<header><a href="/">{escape(site_title)}</a></header>
<main dir="auto">
{heading}
{f'<p class="details">{details}</p>' if details else ""}
{body}
</main>
</body>
</html>
"""


def _links(blocks: Sequence[Block], *, address: str) -> Iterator[Link]:
    """Yield the links that lead to a web page or mailbox, also relative ones of a document that has an address."""
    for block in blocks:
        for link in block.get("links", ()):
            with suppress(ValueError):  # no address
                url = urljoin(address, link["url"])
                if urlsplit(url).scheme in _FOLLOWED:
                    yield Link(start=link["start"], end=link["end"], url=url)


def _dated(iso: str, words: str, language: Language) -> str:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return ""
    written = f"{day.day} {day:%b} {day.year}" if language == "en" else f"{day.year}年{day.month}月{day.day}日"
    return f'<time datetime="{day.isoformat()}">{words.format(written)}</time>'
