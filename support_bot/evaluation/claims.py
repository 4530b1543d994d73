"""Turn a dataset's answers into claims to be checked: those that its articles support, and corruptions of them."""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.passage import Passage
from knowledge.stop_words import content_terms
from knowledge.words import sentences
from support_bot.evaluation.corruptions import denied, stitched, with_other_name, with_other_number
from support_bot.evaluation.datasets import Dataset, JudgedClaim, Query
from support_bot.evaluation.questions import KeptQuestions
from support_bot.evaluation.retrieval import article_of, site_of
from support_bot.retrieval.knowledge_base import KnowledgeBase

Kind = Literal["supported", "unsupported", "fabricated", "misattributed", "stitched", "number_mismatch", "negated"]
"""Supported or not as somebody judged; the others are corruptions of supported claims, by what is wrong with them."""

_SERVED = 8  # passages that an answer draws on
_DEPTH = 100  # passages among which those of the right articles are looked for
_RIGHT = 4  # passages of the right articles that are served, if there are so many


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, the passages that it is held against, and what is known about it."""

    query: str
    kind: Kind
    text: str
    passages: tuple[Passage, ...]
    evidence: str = ""  # the words that support it, "" when nobody said


@dataclass(frozen=True, slots=True)
class _Served:
    """A question and the passages that its answer is held against."""

    query: Query
    passages: tuple[Passage, ...]
    right: tuple[Passage, ...]  # those of them that are of an article that answers


def claims(
    measured: Dataset,
    judged: Sequence[JudgedClaim] | None,
    *,
    data_dir: Path,
    embeddings: SentenceTransformersEmbeddings,
) -> list[Claim]:
    """Return the claims of an indexed dataset, the same at every call.

    Where nobody judged (None), every sentence of an answer counts as supported by the articles that answer.
    """
    served = list(_served(measured, data_dir=data_dir, embeddings=embeddings))
    chance = random.Random(measured.name)  # noqa: S311 - a choice of examples
    found: list[Claim] = []
    for each in served:
        said = _sentences(each.query) if judged is None else [one for one in judged if one.query == each.query.id]
        strangers = [other for other in served if not other.query.relevance.keys() & each.query.relevance.keys()]
        for claim in said:
            kind: Kind = "supported" if claim.supported else "unsupported"
            found.append(Claim(each.query.id, kind, claim.text, each.passages, claim.evidence))
            if claim.supported:
                found += _corrupted(claim.text, each, stranger=chance.choice(strangers) if strangers else None)
    return found


def _sentences(query: Query) -> list[JudgedClaim]:
    spans = sentences(query.answer)
    return [
        JudgedClaim.model_validate({"query-id": query.id, "text": query.answer[start:end], "supported": True})
        for start, end in spans
    ]


def _corrupted(text: str, served: _Served, *, stranger: _Served | None) -> Iterator[Claim]:
    """Yield the corruptions that a claim allows; the stranger is another question, which other articles answer."""
    own = "\n".join(f"{passage.title}\n{passage.text}" for passage in served.right)
    others = [passage.text for passage in served.passages if passage not in served.right]
    borrowed = (stitched(text, own=own, elsewhere=other) for other in others)
    wrong: list[tuple[Kind, str | None]] = [
        ("fabricated", with_other_name(text)),
        ("stitched", next(filter(None, borrowed), None)),
        ("number_mismatch", with_other_number(text)),
        ("negated", denied(text)),
    ]
    yield from (Claim(served.query.id, kind, said, served.passages) for kind, said in wrong if said)
    right = {passage.document_id for passage in served.right}
    if stranger and (strange := tuple(each for each in stranger.passages if each.document_id not in right)):
        yield Claim(served.query.id, "misattributed", text, strange)


def _served(measured: Dataset, *, data_dir: Path, embeddings: SentenceTransformersEmbeddings) -> Iterator[_Served]:
    """Yield the questions of which a right article was found, with the passages that production would serve.

    Where too few passages of the right articles are among those, the ones nearest to the answer take the last places.
    """
    with (
        closing(KeptQuestions(data_dir / "evaluation" / "vectors", embeddings=embeddings)) as questions,
        closing(
            KnowledgeBase(catalog=Catalog(data_dir / "evaluation", site_of(measured)), embeddings=questions)
        ) as knowledge_base,
    ):
        for query in measured.queries:
            hits = knowledge_base.search(query.text, scope="public", count=_DEPTH)
            answer = frozenset(content_terms(query.answer))
            right = [hit.passage for hit in hits if article_of(hit) in query.relevance]
            nearest = sorted(right, key=lambda passage: -len(answer.intersection(content_terms(passage.text))))[:_RIGHT]
            first = [hit.passage for hit in hits[:_SERVED]]
            missing = [passage for passage in nearest if passage not in first]
            passages = (*first[: _SERVED - len(missing)], *missing)
            if right:
                yield _Served(query, passages, tuple(passage for passage in passages if passage in right))
