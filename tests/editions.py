"""Let one edition of a small help centre after another serve, as imports do, each named in all that is found of it."""

from collections.abc import Iterable
from multiprocessing.synchronize import Semaphore
from pathlib import Path

import numpy as np

from knowledge import generation
from knowledge.catalog import Catalog
from tests.knowledge.passages import document_of, passage

_ARTICLES = 40
_MODEL = "all-MiniLM-L6-v2"


def promote(edition: int, *, data_dir: Path) -> None:
    """Build an edition and let it serve."""
    catalog = Catalog(data_dir, "default")
    passages = [passage(f"Edition {edition} of article {n}.", id_=f"{n}-0") for n in range(_ARTICLES)]
    vectors = np.random.default_rng(edition).normal(size=(_ARTICLES, 384)).astype(np.float32)
    with catalog.writing():
        catalog.reclaim()
        number = catalog.next_number()
        generation.build(
            catalog.building(number),
            site=catalog.site,
            number=number,
            created="2026-11-25T00:00:00+00:00",
            embedding_model=_MODEL,
            recipe="edition",
            documents=[document_of(one) for one in passages],
            passages=passages,
            passage_vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        )
        catalog.promote(number)
        catalog.reclaim()


def promote_each(editions: Iterable[int], data_dir: Path, permits: Semaphore) -> None:
    """Let the editions serve one after another, each as soon as it is permitted."""
    for edition in editions:
        permits.acquire()
        promote(edition, data_dir=data_dir)
