"""Turn a JSON Lines file of articles into sources, one a line: {"id": …, "text": …} and what front matter may say."""

import hashlib
from collections.abc import Iterator

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import SourceError
from ingest.sources.source import FailedSource, Source
from knowledge.audience import Audience


class Article(BaseModel):
    """A line of the file. Its text is plain text with paragraphs set apart by blank lines."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str
    title: str = ""
    text: str
    url: str = ""
    audience: Audience | None = None
    locale: str = ""
    updated: str = ""


def articles(content: bytes, *, location: str, audience: Audience) -> Iterator[Source | FailedSource]:
    """Yield a source for each line, called `<location>#<id>`, or what is wrong with the line."""
    seen: set[str] = set()
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            article = Article.model_validate_json(line)
        except ValidationError as error:
            detail = f"line {number}: {error.errors()[0]['msg']} at {error.errors()[0]['loc']}"
            yield FailedSource(f"{location}#line-{number}", SourceError("parser_error", detail))
            continue
        if article.id in seen:
            detail = f"line {number}: an earlier line has the id {article.id!r} too; give each article its own"
            yield FailedSource(f"{location}#line-{number}", SourceError("parser_error", detail))
            continue
        seen.add(article.id)
        yield _source(article, location=location, audience=audience)


def _source(article: Article, *, location: str, audience: Audience) -> Source:
    fields = article.model_dump(include={"title", "url", "audience", "locale", "updated"}, exclude_defaults=True)
    # Always with front matter, though empty: an article's own text may begin with a line of dashes.
    front_matter = yaml.safe_dump(fields, allow_unicode=True) if fields else ""
    content = f"---\n{front_matter}---\n{article.text}".encode()
    return Source(
        location=f"{location}#{article.id}",
        media_type="text/plain",
        audience=audience,
        digest=hashlib.sha256(content).hexdigest(),
        read=lambda: content,
    )
