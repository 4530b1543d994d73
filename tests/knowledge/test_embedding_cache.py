from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import SentenceTransformersEmbeddings

pytestmark = pytest.mark.slow  # it loads the model for passages


def test_a_text_is_embedded_once(tmp_path: Path, embeddings: SentenceTransformersEmbeddings) -> None:
    cache = EmbeddingCache(tmp_path, embeddings=embeddings)
    assert cache.embed(["one", "two", "one"]) == 2
    assert cache.embed(["two", "three"]) == 1
    cache.close()

    reopened = EmbeddingCache(tmp_path, embeddings=embeddings)
    assert reopened.missing(["three", "four", "one"]) == ["four"]
    np.testing.assert_allclose(reopened.vectors(["two"]), embeddings.passage_vectors(["two"]), atol=1e-6)
    reopened.close()


def test_progress_is_told_the_size_of_each_batch(tmp_path: Path, embeddings: SentenceTransformersEmbeddings) -> None:
    cache = EmbeddingCache(tmp_path, embeddings=embeddings)
    told: list[int] = []
    cache.embed([str(number) for number in range(300)], progress=told.append)
    assert sum(told) == 300
    assert len(told) > 1
    cache.close()
