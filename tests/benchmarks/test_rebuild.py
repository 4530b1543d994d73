from pathlib import Path

import pytest

from knowledge.embeddings import SentenceTransformersEmbeddings
from tests.benchmarks.rebuild import rebuilds


@pytest.mark.slow  # it parses and embeds
def test_an_unchanged_rebuild_embeds_nothing_and_a_changed_one_what_has_changed(
    tmp_path: Path, embeddings: SentenceTransformersEmbeddings
) -> None:
    first, unchanged, changed = (run.report for run in rebuilds(4, tmp_path, embeddings=embeddings))
    assert (first.added, first.embedded, first.passages) == (4, 12, 12)
    assert (unchanged.unchanged, unchanged.embedded, unchanged.promoted) == (4, 0, False)
    assert (changed.unchanged, changed.updated, changed.embedded, changed.promoted) == (3, 1, 3, True)
