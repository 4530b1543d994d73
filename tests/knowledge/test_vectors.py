from collections.abc import Iterator

import numpy as np
import pytest

from knowledge import vectors
from knowledge.vectors import Vectors

_UNIT = np.eye(3, 8, dtype=np.float32)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vectors]:
    folder = tmp_path_factory.mktemp("chroma") / "vectors"
    vectors.build(folder, ids=["x", "y", "z"], vectors=_UNIT)
    found = Vectors.open(folder)
    yield found
    found.close()


def test_the_nearest_come_first_with_their_cosines(opened: Vectors) -> None:
    between = (_UNIT[0] * 0.8 + _UNIT[1] * 0.6).astype(np.float32)
    found = opened.nearest(between, count=2)
    assert list(found) == ["x", "y"]
    assert list(found.values()) == pytest.approx([0.8, 0.6], abs=1e-5)


def test_similarities_are_the_same_cosines(opened: Vectors) -> None:
    assert opened.similarities(_UNIT[2], ids=["z", "x"]) == pytest.approx({"z": 1.0, "x": 0.0}, abs=1e-6)
    assert opened.similarities(_UNIT[2], ids=[]) == {}


def test_asking_for_more_than_there_is_gives_all(opened: Vectors) -> None:
    assert set(opened.nearest(_UNIT[0], count=50)) == {"x", "y", "z"}


def test_more_rows_than_chroma_takes_at_once_are_all_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("many") / "vectors"
    rows = np.random.default_rng(0).normal(size=(6_000, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors.build(folder, ids=[str(row) for row in range(6_000)], vectors=rows)
    opened = Vectors.open(folder)
    assert next(iter(opened.nearest(rows[5_999], count=1))) == "5999"
    opened.close()


def test_an_empty_collection_has_nothing_near(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("none") / "vectors"
    vectors.build(folder, ids=[], vectors=np.zeros((0, 8), dtype=np.float32))
    opened = Vectors.open(folder)
    assert opened.nearest(_UNIT[0], count=3) == {}
    opened.close()
