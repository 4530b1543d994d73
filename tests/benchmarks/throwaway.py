"""Turn documents, passages and their vectors into a generation that lasts as long as it is looked at."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from langchain_core.documents import Document

from knowledge import generation
from knowledge.embeddings import Matrix
from knowledge.generation import Generation
from knowledge.passage import Passage


@contextmanager
def throwaway(
    documents: Sequence[Document], passages: Sequence[Passage], vectors: Matrix, *, embedding_model: str
) -> Iterator[Generation]:
    """Yield the generation, built aside as production builds it."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "1"
        generation.build(
            built,
            site="throwaway",
            number=1,
            created="",
            embedding_model=embedding_model,
            recipe="",
            documents=documents,
            passages=passages,
            passage_vectors=vectors,
        )
        with closing(Generation.open(built, embedding_model=embedding_model)) as opened:
            yield opened
