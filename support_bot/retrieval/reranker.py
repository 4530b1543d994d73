"""Turn hits into the order that a cross-encoder gives them, which reads each passage together with the question."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import ModelUnusable
from knowledge.search import Hit, normalised

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker:
    """Any Sentence-Transformers cross-encoder, by its name or folder; torch comes with it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def load(self) -> None:
        """Load the model, which the first question would else wait for. Raises ModelUnusable."""
        _ = self._model

    def reranked(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits, those first that the model takes for the best, as far as they suit the asker alike.

        Their scores stay those of the search.
        """
        if not hits:
            return []
        read = self._model.predict([(question, _read(hit)) for hit in hits], show_progress_bar=False)
        # The model knows neither the asker's language nor their product.
        scores = normalised([float(score) for score in read]) + [hit.preference for hit in hits]
        order = sorted(range(len(hits)), key=lambda n: float(scores[n]), reverse=True)
        return [hits[n] for n in order]

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
                "Sentence-Transformers cross-encoder with one output, or leave it empty."
            ) from error
        return loaded


def _read(hit: Hit) -> str:
    passage = hit.passage
    return "\n".join(dict.fromkeys((passage.title, " > ".join(passage.headings), passage.text))).strip()
