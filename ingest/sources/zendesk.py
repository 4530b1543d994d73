"""Turn a Zendesk help centre into sources, by its Help Center API.

https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/
    GET /api/v2/help_center/{locale}/articles?page[size]=100
    {"articles": [{"id", "title", "body", "html_url", "locale", "draft", "updated_at", "user_segment_id", ...}],
     "meta": {"has_more"}, "links": {"next"}}
https://developer.zendesk.com/api-reference/help_center/help-center-api/help_center_locales/
    GET /api/v2/help_center/locales
    {"locales": ["en-us", ...], "default_locale": "en-us"}

Everything is listed in each run, since only a whole list tells what is gone: the incremental export names changed
articles alone. A list that has not changed costs one conditional request for each hundred articles.
"""

import base64
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, TypeAdapter

from ingest.errors import SourceError
from ingest.fetching.answers import answer_as
from ingest.fetching.fetcher import Fetcher
from ingest.sources.described import described_source
from ingest.sources.kinds import ZendeskSource
from ingest.sources.source import HTML, Source
from knowledge.audience import Audience, narrower

_MOST_PAGES = 10_000


class _Locales(BaseModel):
    locales: list[str]


class _Article(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: int
    title: str
    body: str | None
    html_url: str
    locale: str
    draft: bool
    updated_at: str
    user_segment_id: str | None = None
    user_segment_ids: list[str] = []


class _Meta(BaseModel):
    has_more: bool


class _Links(BaseModel):
    next: str | None = None


class _Listed(BaseModel):
    articles: list[_Article]
    meta: _Meta
    links: _Links


def authorization(source: ZendeskSource, token: str) -> dict[str, str]:
    """Return the headers that tell who asks."""
    if not token:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{source.email}/token:{token}".encode()).decode()}


def zendesk_sources(source: ZendeskSource, *, fetcher: Fetcher) -> Iterator[Source]:
    """Yield the published articles, as `<name>/<locale>/<id>`. Raises SourceError when a list is not whole."""
    api = f"{str(fetcher.url).rstrip('/')}/api/v2/help_center"
    locales = source.locales or answer_as(TypeAdapter(_Locales), f"{api}/locales", fetcher=fetcher).locales
    for locale in locales:
        for article in _articles(f"{api}/{locale}/articles?page[size]=100", fetcher=fetcher).values():
            if not article.draft:
                yield _source(article, source)


def _articles(first: str, *, fetcher: Fetcher) -> dict[int, _Article]:
    found: dict[int, _Article] = {}
    address: str | None = first
    asked: set[str] = set()
    while address:
        if address in asked or len(asked) > _MOST_PAGES:
            raise SourceError("unreachable", f"{first} is a list without end; try again later")
        asked.add(address)
        listed = answer_as(TypeAdapter(_Listed), address, fetcher=fetcher)
        found |= {article.id: article for article in listed.articles}
        if listed.meta.has_more and not listed.links.next:
            raise SourceError("damaged", f"{address} says that there is more and not where; try again later")
        address = listed.links.next if listed.meta.has_more else None
    return found


def _source(article: _Article, source: ZendeskSource) -> Source:
    fields = {
        "title": article.title,
        "url": article.html_url,
        "locale": source.locale or article.locale,
        "product": source.product,
        "updated": article.updated_at[:10],
    }
    return described_source(
        article.body or "",
        location=f"{source.name}/{article.locale}/{article.id}",
        media_type=HTML,
        audience=_audience(article, source),
        fields=fields,
    )


def _audience(article: _Article, source: ZendeskSource) -> Audience:
    """Return the narrowest audience that the article's segments stand for; one that nobody told of is internal."""
    audience = source.audience
    for segment in {*article.user_segment_ids, *filter(None, [article.user_segment_id])}:
        audience = narrower(audience, source.segments.get(segment, "internal"))
    return audience
