"""Turn a Chatwoot help centre into sources, by its API.

https://developers.chatwoot.com/api-reference/help-center, app/views/api/v1/accounts/articles/*.jbuilder
    GET /api/v1/accounts/{account}/portals/{slug}/articles?page=1, header api_access_token
    {"payload": [{"id", "title", "content" (Markdown), "slug", "status", "updated_at" (seconds), "category", ...}],
     "meta": {"current_page", "articles_count", ...}}

A page holds 25 articles at most; the one after the last is empty.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import BaseModel, TypeAdapter

from ingest.errors import SourceError
from ingest.fetching.answers import answer_as
from ingest.fetching.fetcher import Fetcher
from ingest.sources.described import described_source
from ingest.sources.kinds import ChatwootSource
from ingest.sources.source import MARKDOWN, Source

_MOST_PAGES = 4_000


class _Category(BaseModel):
    locale: str | None = None


class _Article(BaseModel):
    id: int
    title: str
    content: str | None = None
    slug: str | None = None
    status: str
    locale: str | None = None
    updated_at: int | None = None
    category: _Category | None = None


class _Listed(BaseModel):
    payload: list[_Article]


def authorization(token: str) -> dict[str, str]:
    """Return the headers that tell who asks."""
    return {"api_access_token": token} if token else {}


def chatwoot_sources(source: ChatwootSource, *, fetcher: Fetcher) -> Iterator[Source]:
    """Yield the published articles, as `<name>/<id>`. Raises SourceError when a list is not whole."""
    root = str(fetcher.url).rstrip("/")
    shown = source.base_url or f"{root}/hc/{source.portal}/articles/"
    listed = f"{root}/api/v1/accounts/{source.account}/portals/{source.portal}/articles"
    for article in _articles(listed, fetcher=fetcher).values():
        if article.status == "published":
            yield _source(article, source, shown=shown)


def _articles(address: str, *, fetcher: Fetcher) -> dict[int, _Article]:
    found: dict[int, _Article] = {}
    for number in range(1, _MOST_PAGES):
        articles = answer_as(TypeAdapter(_Listed), f"{address}?page={number}", fetcher=fetcher).payload
        if not articles:
            return found
        if all(article.id in found for article in articles):
            raise SourceError("unreachable", f"{address} gives page {number} as one before; try again later")
        found |= {article.id: article for article in articles}
    raise SourceError("too_large", f"{address} has more than {_MOST_PAGES} pages")


def _source(article: _Article, source: ChatwootSource, *, shown: str) -> Source:
    category = article.category.locale if article.category else None
    updated = datetime.fromtimestamp(article.updated_at, UTC).date().isoformat() if article.updated_at else ""
    fields = {
        "title": article.title,
        "url": f"{shown}{article.slug}" if article.slug else "",
        "locale": article.locale or category or source.locale,
        "product": source.product,
        "updated": updated,
    }
    return described_source(
        article.content or "",
        location=f"{source.name}/{article.id}",
        media_type=MARKDOWN,
        audience=source.audience,
        fields=fields,
    )
