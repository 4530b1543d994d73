"""Turn a JSON or JSON Lines file of articles into sources: {"id": …, "text": …} and what front matter may say."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Set

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import SourceError
from ingest.sources.source import UNFIT_IN_A_NAME, FailedSource, Source
from knowledge.audience import Audience


class Article(BaseModel):
    """An article of the file. Its text is plain text with paragraphs set apart by blank lines."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str
    title: str = ""
    text: str
    url: str = ""
    audience: Audience | None = None
    locale: str = ""
    updated: str = ""
    product: str = ""


def article_lines(
    content: bytes, *, location: str, audience: Audience, defaults: bytes = b""
) -> Iterator[Source | FailedSource]:
    """Yield a source for each line, called `<location>#<id>`, or what is wrong with the line."""
    lines = ((number, line) for number, line in enumerate(content.splitlines(), start=1) if line.strip())
    articles = ((f"line {number}", line) for number, line in lines)
    yield from _sources(articles, location=location, audience=audience, defaults=defaults)


def article_list(
    content: bytes, *, location: str, audience: Audience, defaults: bytes = b""
) -> Iterator[Source | FailedSource]:
    """Yield a source for each article of a list, or of the list called `articles` in an object."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceError("damaged", f"it is not JSON ({error}); save it anew") from error
    listed = found.get("articles") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise SourceError("unknown_format", 'it holds no list of articles; write [{"id": "1", "text": "..."}, ...]')
    articles = ((f"article {number}", json.dumps(each).encode()) for number, each in enumerate(listed, start=1))
    yield from _sources(articles, location=location, audience=audience, defaults=defaults)


def _sources(
    articles: Iterable[tuple[str, bytes]], *, location: str, audience: Audience, defaults: bytes
) -> Iterator[Source | FailedSource]:
    seen: set[str] = set()
    for place, described in articles:
        try:
            article = Article.model_validate_json(described)
        except ValidationError as error:
            detail = f"{place}: {error.errors()[0]['msg']} at {error.errors()[0]['loc']}"
            yield FailedSource(f"{location}#{place.replace(' ', '-')}", SourceError("parser_error", detail))
            continue
        if wrong := _wrong_id(article.id, seen):
            detail = f"{place}: {wrong}"
            yield FailedSource(f"{location}#{place.replace(' ', '-')}", SourceError("parser_error", detail))
            continue
        seen.add(article.id)
        yield _source(article, location=location, audience=audience, defaults=defaults)


def _wrong_id(article_id: str, seen: Set[str]) -> str:
    """Return what is wrong with an article's id, "" when nothing is."""
    if not article_id or UNFIT_IN_A_NAME.search(article_id):
        return f"its id {article_id!r} is empty or holds control characters; give it another"
    return f"an earlier one has the id {article_id!r} too; give each article its own" if article_id in seen else ""


def _source(article: Article, *, location: str, audience: Audience, defaults: bytes) -> Source:
    fields = article.model_dump(exclude={"id", "text"}, exclude_defaults=True)
    # Always with front matter, though empty: an article's own text may begin with a line of dashes.
    front_matter = yaml.safe_dump(fields, allow_unicode=True) if fields else ""
    content = f"---\n{front_matter}---\n{article.text}".encode()
    return Source(
        location=f"{location}#{article.id}",
        media_type="text/plain",
        audience=audience,
        digest=hashlib.sha256(content + defaults).hexdigest(),
        read=lambda: content,
        defaults=defaults,
    )
