"""Judge a generation that is built aside, by what serves: it may serve when it opens, holds and finds what it should.

Documents: a deletion has passed the guard, by its number or because somebody approved it, and is not judged again.
But a document that is missing otherwise, or has lost most of its text, is as good as deleted, and nobody has seen it
go: all the files are there, and each says "Please sign in".

Answers: golden questions, whose right articles somebody knows, find as many of them as in what serves. Both are
searched as for an asker, each by the model that built it, so that a change of the model is judged too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.deletions import FEW
from ingest.plans import plan_id
from ingest.served import Served, lengths
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.errors import GenerationUnwritable, KnowledgeError
from knowledge.generation import Generation
from knowledge.golden import Found, GoldenQuestion, articles_missed, sources_found
from knowledge.search import search

_HOLLOW = 0.5  # a document with less than this share of its text is as good as gone
_ANY_QUESTION = "warm"


@dataclass(frozen=True, slots=True)
class Miss:
    """An article that a golden question should find and does not."""

    question: str
    article: str
    lost: bool  # whether it finds the article in what serves
    finds: str  # the article that it finds first instead, "" when it finds none


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says of a generation."""

    documents: int
    documents_before: int  # in what serves, 0 before the first generation
    gone: tuple[str, ...]  # sources of documents that are missing or hollow, and were not deleted
    questions: int  # golden ones that have articles
    recall: float | None  # the share of their articles that they find, None without such questions
    recall_before: float | None  # in what serves, None when that cannot be searched
    missed: tuple[Miss, ...]
    refused: tuple[str, ...]  # why it may not serve, in sentences
    plan: str | None = None  # by which it is let through, None when nothing keeps it back
    accepted: bool = False  # whether somebody has given that plan

    @property
    def may_serve(self) -> bool:
        """Whether nothing keeps it back, or somebody lets it through."""
        return self.accepted or not self.refused

    def findings(self) -> dict[str, str]:
        """Return what keeps it back, each thing with its kind."""
        if not self.refused:
            return {}
        missed = {f"{miss.question}\n{miss.article}": "missed" for miss in self.missed}
        return {**dict.fromkeys(self.gone, "gone"), **missed} or {str(self.documents): "documents"}


@dataclass(frozen=True, slots=True)
class Gate:
    """What a generation must hold and find. Falls and rises are shares of what serves."""

    questions: Sequence[GoldenQuestion] = ()
    recall_fall: float = 0.1
    recall_floor: float = 0.0
    documents_fall: float = 0.1
    documents_rise: float = 0.0  # 0 for any
    model_named: Callable[[str], SentenceTransformersEmbeddings] | None = None  # for what another model has built

    def judgement(
        self,
        folder: Path,
        *,
        embeddings: SentenceTransformersEmbeddings,
        served: Served,
        left: Set[str],
        accepted: Mapping[str, str],
    ) -> Judgement:
        """Return what is to be said of the generation in a folder.

        `left` are the sources that were deleted or moved, `accepted` the findings that somebody lets through. Raises
        GenerationUnwritable when it cannot be searched.
        """
        held = lengths(folder)
        found = self._found_aside(folder, embeddings=embeddings)
        before = self._found_in(served, embeddings=embeddings)
        judged = Judgement(
            documents=len(held),
            documents_before=len(served.versions),
            gone=tuple(_gone(served.lengths(), held, left=left)),
            questions=sum(bool(asked.articles) for asked in self.questions),
            recall=_recall(self.questions, found),
            recall_before=None if before is None else _recall(self.questions, before),
            missed=tuple(_misses(self.questions, found, before=before)),
            refused=(),
        )
        judged = replace(judged, refused=(*self._too_few_or_many(judged), *self._found_too_little(judged)))
        findings = judged.findings()
        return replace(
            judged,
            plan=plan_id(findings) if findings else None,
            accepted=bool(findings) and findings.items() <= accepted.items(),
        )

    def _found_aside(self, folder: Path, *, embeddings: SentenceTransformersEmbeddings) -> list[Found]:
        try:
            with closing(Generation.open(folder, embedding_model=embeddings.name)) as generation:
                for scope in generation.manifest.scopes:  # each opens, and answers
                    search(_ANY_QUESTION, index=generation.index(scope), embeddings=embeddings, count=1)
                return self._found(generation, embeddings=embeddings)
        except Exception as error:  # three libraries, three families of errors: all say that it cannot serve
            raise GenerationUnwritable(
                f"The new generation in {folder} cannot be searched: {error}. What served goes on serving. "
                "Make room on the disk, and run again."
            ) from error

    def _found_in(self, served: Served, *, embeddings: SentenceTransformersEmbeddings) -> list[Found] | None:
        """Return what the questions find in what serves, None when nothing serves or its model is not to be had."""
        if served.folder is None or served.manifest is None or not self.questions:
            return None
        model = served.manifest.embedding_model
        with suppress(KnowledgeError):
            if model != embeddings.name:
                if self.model_named is None:
                    return None
                embeddings = self.model_named(model)
            with closing(Generation.open(served.folder, embedding_model=model)) as generation:
                return self._found(generation, embeddings=embeddings)
        return None

    def _found(self, generation: Generation, *, embeddings: SentenceTransformersEmbeddings) -> list[Found]:
        return [sources_found(asked, generation=generation, embeddings=embeddings) for asked in self.questions]

    def _too_few_or_many(self, judged: Judgement) -> Iterator[str]:
        before = judged.documents_before
        if len(judged.gone) > max(FEW, self.documents_fall * before):
            yield (
                f"Of {before} documents that serve, {len(judged.gone)} are missing or have lost more than half of "
                f"their text, such as {judged.gone[0]}."
            )
        rise = judged.documents - before
        if before and self.documents_rise and rise > max(FEW, self.documents_rise * before):
            yield f"There are {judged.documents} documents where {before} serve: more than INGEST_GATE_RISE allows."

    def _found_too_little(self, judged: Judgement) -> Iterator[str]:
        if judged.recall is None:
            return
        if judged.recall_before is not None and judged.recall < judged.recall_before - self.recall_fall:
            yield (
                f"Golden questions find {judged.recall:.0%} of their articles, and {judged.recall_before:.0%} in what "
                "serves."
            )
        if judged.recall < self.recall_floor:
            yield (
                f"Golden questions find {judged.recall:.0%} of their articles, less than the {self.recall_floor:.0%} "
                "of INGEST_GATE_RECALL_FLOOR."
            )


def _gone(before: Mapping[str, int], held: Mapping[str, int], *, left: Set[str]) -> Iterator[str]:
    """Yield the sources that hold less than half of the characters that they held before, and were not deleted."""
    for source in sorted(before.keys() - left):
        if held.get(source, 0) < _HOLLOW * before[source]:
            yield source


def _recall(questions: Sequence[GoldenQuestion], found: Sequence[Found]) -> float | None:
    """Return the mean share of its articles that a question finds, None when no question has any."""
    shares = [
        1 - len(articles_missed(asked, here)) / len(asked.articles)
        for asked, here in zip(questions, found, strict=True)
        if asked.articles
    ]
    return round(sum(shares) / len(shares), 4) if shares else None


def _misses(
    questions: Sequence[GoldenQuestion], found: Sequence[Found], *, before: Sequence[Found] | None
) -> Iterator[Miss]:
    nothing: Sequence[Found] = [()] * len(questions)
    for asked, here, then in zip(questions, found, nothing if before is None else before, strict=True):
        missed_then = articles_missed(asked, then)
        finds = here[0][0] if here else ""
        for article in articles_missed(asked, here):
            yield Miss(asked.question, article, lost=article not in missed_then, finds=finds)
