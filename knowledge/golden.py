"""Turn a file of questions whose right articles somebody knows into what an index finds of those articles.

One JSON object a line:

{"question": "How long do refunds take?", "articles": ["kb/refunds.md"][, "locale": "en"][, "audience": "public"]}
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.audience import Audience
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.errors import QuestionsUnreadable
from knowledge.generation import Generation
from knowledge.passage import primary_language
from knowledge.search import search

Found = Sequence[tuple[str, str]]
"""Articles, best first: the source of each and its address."""

_LOOKED_AT = 10  # passages among which a right article must be


class GoldenQuestion(BaseModel):
    """A question, and the articles that answer it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    question: str = Field(min_length=1)
    articles: tuple[
        str, ...
    ] = ()  # by their source, as an import names it, or their address; none where nothing answers
    locale: str = ""  # the asker's, "" when unknown
    audience: Audience = "public"  # the asker's


def golden_questions(file: Path) -> list[GoldenQuestion]:
    """Return the file's questions. Raises QuestionsUnreadable for the first line that is none."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsUnreadable(f"The golden questions in {file} cannot be read: {error}.") from error
    # Not splitlines: JSON may hold line separators of Unicode as they are.
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    return [_question(line, place=f"{file}, line {number}") for number, line in numbered]


def sources_found(
    asked: GoldenQuestion, *, generation: Generation, embeddings: SentenceTransformersEmbeddings
) -> Found:
    """Return the articles of the first passages found for a question."""
    hits = search(
        asked.question,
        index=generation.index(asked.audience),
        embeddings=embeddings,
        count=_LOOKED_AT,
        language=primary_language(asked.locale),
    )
    return list(dict.fromkeys((hit.passage.source, hit.passage.url) for hit in hits))


def articles_missed(asked: GoldenQuestion, found: Found) -> list[str]:
    """Return which of a question's articles are not among what was found for it."""
    named = {name for source_and_address in found for name in source_and_address}
    return [article for article in asked.articles if article not in named]


def _question(line: str, *, place: str) -> GoldenQuestion:
    try:
        return GoldenQuestion.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = f" at {first['loc'][0]!r}" if first["loc"] else ""
        raise QuestionsUnreadable(
            f'{place} must be a JSON object with "question" and a list of "articles": {first["msg"]}{where}.'
        ) from error
