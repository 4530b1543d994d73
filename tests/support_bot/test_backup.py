import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.generation import read_manifest
from support_bot.__main__ import main
from support_bot.backup import BackupRefused, backed_up
from support_bot.retrieval.knowledge_base import KnowledgeBase


@pytest.mark.slow  # it searches an index
def test_a_copy_of_what_is_in_use_answers_as_the_original_does(
    sample_data: Path, embeddings: SentenceTransformersEmbeddings, tmp_path: Path
) -> None:
    data = shutil.copytree(sample_data, tmp_path / "data")
    catalog = Catalog(data, "default")
    (document, *_) = _documents(data, embeddings)
    catalog.hidden.hide(document, source="a.md")
    (data / "feedback").mkdir()
    (data / "feedback" / "default.jsonl").write_text('{"rating": "up"}\n')
    knowledge_base = KnowledgeBase(catalog=catalog, embeddings=embeddings)
    before = knowledge_base.search("How do I add my own articles?", scope="public", count=5)  # it stays open

    said = backed_up(data, tmp_path / "copies" / "today")
    knowledge_base.close()
    shutil.rmtree(data)
    copy = tmp_path / "copies" / "today"
    assert said == f"{copy} holds the sites 'default' (generation 1). It is a data directory itself: --data {copy}"
    restored = KnowledgeBase(catalog=Catalog(copy, "default"), embeddings=embeddings)
    after = restored.search("How do I add my own articles?", scope="public", count=5)
    assert [hit.passage for hit in after] == [hit.passage for hit in before]
    assert document not in _documents(copy, embeddings)  # what is hidden stays so
    restored.close()
    assert (copy / "feedback" / "default.jsonl").read_text() == '{"rating": "up"}\n'
    assert copy.stat().st_mode & 0o077 == 0
    assert main(["ask", "How do I add my own articles?", "--data", str(copy)]) == 0


def _documents(data: Path, embeddings: SentenceTransformersEmbeddings) -> list[str]:
    knowledge_base = KnowledgeBase(catalog=Catalog(data, "default"), embeddings=embeddings)
    try:
        return [str(document.id) for document in knowledge_base.documents(scope="public", count=1_000)]
    finally:
        knowledge_base.close()


@pytest.mark.slow  # it copies an index
def test_the_generation_is_copied_that_served_when_the_pointer_was_read(sample_data: Path, tmp_path: Path) -> None:
    data = shutil.copytree(sample_data, tmp_path / "data")
    site = data / "index" / "default"
    shutil.copytree(site / "1", site / "2")  # a build that nobody points to
    (site / "3.building").mkdir()
    (site / "3.building" / "half").write_text("?")
    reclaimed = (site / "1" / "lock").open("a")
    backed_up(data, tmp_path / "copy")
    fcntl.flock(reclaimed, fcntl.LOCK_EX | fcntl.LOCK_NB)  # released again
    reclaimed.close()
    copied = {entry.name for entry in (tmp_path / "copy" / "index" / "default").iterdir()}
    assert "3.building" not in copied
    assert "writer.lock" not in copied
    catalog = Catalog(tmp_path / "copy", "default")
    assert read_manifest(catalog.serving()).digest == read_manifest(site / "1").digest


def test_a_database_is_whole_although_a_write_is_under_way(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / "some.sqlite3", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE kept (word TEXT)")
        database.execute("INSERT INTO kept VALUES ('first')")
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO kept VALUES ('second')")
        backed_up(tmp_path / "data", tmp_path / "copy")
        database.execute("COMMIT")
    assert [file.name for file in (tmp_path / "copy").iterdir()] == ["some.sqlite3"]
    with closing(sqlite3.connect(tmp_path / "copy" / "some.sqlite3")) as copy:
        assert copy.execute("SELECT word FROM kept").fetchall() == [("first",)]


def test_a_link_leads_nothing_into_the_copy(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "secret").write_text("?")
    (tmp_path / "data" / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "data" / "pipe")
    assert "holds the sites none" in backed_up(tmp_path / "data", tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []


def test_what_exists_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "copy").mkdir()
    with pytest.raises(BackupRefused, match="exists already"):
        backed_up(tmp_path / "data", tmp_path / "copy")
    with pytest.raises(BackupRefused, match="lies in the data directory"):
        backed_up(tmp_path / "data", tmp_path / "data" / "copy")
    with pytest.raises(BackupRefused, match="does not exist"):
        backed_up(tmp_path / "nowhere", tmp_path / "other")
