import fcntl
from pathlib import Path

import numpy as np
import pytest

from knowledge import generation
from knowledge.embeddings import Matrix
from knowledge.errors import GenerationDamaged, ModelMismatch
from knowledge.generation import Generation, Manifest, read_manifest
from knowledge.passage import Passage
from tests.knowledge.passages import document_of, passage

_PUBLIC = passage("Everyone may know this.", id_="a-0", audience="public")
_INTERNAL = passage("Only agents may know this.", id_="b-0", audience="internal")


def _built(folder: Path, passages: list[Passage], *, vectors: Matrix | None = None) -> Manifest:
    return generation.build(
        folder,
        site="default",
        number=1,
        created="2026-11-22T00:00:00+00:00",
        embedding_model="model",
        recipe="recipe",
        documents=[document_of(one) for one in passages],
        passages=passages,
        passage_vectors=np.eye(len(passages), 8, dtype=np.float32) if vectors is None else vectors,
    )


def test_a_scope_holds_what_it_may_read_and_no_more(tmp_path: Path) -> None:
    _built(tmp_path / "1", [_PUBLIC, _INTERNAL])
    opened = Generation.open(tmp_path / "1", embedding_model="model")
    assert [one.id for one in opened.index("public").documents.all_passages()] == ["a-0"]
    assert [one.id for one in opened.index("internal").documents.all_passages()] == ["a-0", "b-0"]
    assert set(opened.index("public").vectors.nearest(np.eye(1, 8, dtype=np.float32)[0], count=5)) == {"a-0"}
    assert "b-0" not in opened.index("public").lexical.best("agents may know", count=5)
    opened.close()


def test_what_is_internal_is_in_no_file_of_the_public_scope(tmp_path: Path) -> None:
    _built(tmp_path / "1", [_PUBLIC, _INTERNAL])
    public = [file.read_bytes() for file in (tmp_path / "1" / "public").rglob("*") if file.is_file()]
    assert any(b"Everyone may know" in content for content in public)
    assert not any(b"Only agents" in content or b"agent" in content for content in public)


def test_scopes_with_the_same_content_share_a_folder(tmp_path: Path) -> None:
    manifest = _built(tmp_path / "1", [_PUBLIC, _INTERNAL])
    assert manifest.scopes == {"public": "public", "customer": "public", "internal": "internal"}


def test_a_question_for_one_scope_opens_no_other(tmp_path: Path) -> None:
    _built(tmp_path / "1", [_PUBLIC, _INTERNAL])
    opened = Generation.open(tmp_path / "1", embedding_model="model")
    opened.index("public").documents.passages(["a-0"])
    open_files = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert any("/1/public/" in file for file in open_files)
    assert not any("/1/internal/" in file for file in open_files)
    opened.close()


def test_another_embedding_model_is_refused_with_the_remedy(tmp_path: Path) -> None:
    _built(tmp_path / "1", [_PUBLIC])
    with pytest.raises(ModelMismatch, match=r"built with 'model' but KNOWLEDGE_EMBEDDING_MODEL is 'other'"):
        Generation.open(tmp_path / "1", embedding_model="other")


def test_another_format_is_refused_with_the_remedy(tmp_path: Path) -> None:
    manifest = _built(tmp_path / "1", [_PUBLIC])
    (tmp_path / "1" / "manifest.json").write_text(manifest.model_copy(update={"format": 99}).model_dump_json())
    with pytest.raises(GenerationDamaged, match=r"index format 99.*python -m ingest run"):
        read_manifest(tmp_path / "1")


@pytest.mark.parametrize("content", ["", "{", '{"format": 1}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(GenerationDamaged, match=r"manifest\.json cannot be read"):
        read_manifest(tmp_path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    _built(tmp_path / "1", [_PUBLIC])
    (tmp_path / "1" / "public" / "documents.sqlite3").unlink()
    opened = Generation.open(tmp_path / "1", embedding_model="model")
    with pytest.raises(GenerationDamaged, match=r"public cannot be opened"):
        opened.index("public")
    opened.close()


def test_the_digest_is_of_the_content_not_of_its_order_or_files(tmp_path: Path) -> None:
    other = passage("Another.", id_="c-0")
    vectors = np.eye(2, 8, dtype=np.float32)
    one = _built(tmp_path / "1", [_PUBLIC, other], vectors=vectors)
    two = _built(tmp_path / "2", [other, _PUBLIC], vectors=vectors[::-1])
    changed = _built(tmp_path / "3", [_PUBLIC, other], vectors=vectors[::-1])
    assert one.digest == two.digest != changed.digest


def test_an_open_generation_cannot_be_locked_for_removal(tmp_path: Path) -> None:
    _built(tmp_path / "1", [_PUBLIC])
    opened = Generation.open(tmp_path / "1", embedding_model="model")
    with (tmp_path / "1" / "lock").open("rb") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        opened.close()
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
