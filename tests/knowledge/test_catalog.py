import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.catalog import Catalog
from knowledge.errors import AlreadyRunning, GenerationUnwritable, KnowledgeBaseEmpty, NotServed
from knowledge.generation import shared_lock


def _promoted(catalog: Catalog) -> int:
    number = catalog.next_number()
    folder = catalog.building(number)
    folder.mkdir(parents=True)
    (folder / "lock").touch()
    catalog.promote(number)
    return number


def test_before_the_first_generation_nothing_serves(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    assert catalog.current() is None
    with pytest.raises(KnowledgeBaseEmpty, match=r"'default' has no knowledge.*python -m ingest run"):
        catalog.serving()


def test_the_promoted_generation_serves(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    assert _promoted(catalog) == 1
    assert _promoted(catalog) == 2
    assert catalog.current() == tmp_path / "index" / "default" / "2"


def test_the_last_two_are_kept(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    for _ in range(4):
        _promoted(catalog)
    catalog.reclaim()
    assert {folder.name for folder in catalog.folder.iterdir()} == {"3", "4", "CURRENT", "PREVIOUS"}
    assert catalog.next_number() == 5


def test_what_is_being_read_is_not_removed(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    for _ in range(3):
        _promoted(catalog)
    reader = shared_lock(catalog.folder / "1")
    catalog.reclaim()
    assert (catalog.folder / "1").is_dir()
    os.close(reader)
    catalog.reclaim()
    assert not (catalog.folder / "1").exists()


def test_an_abandoned_build_is_removed_and_never_serves(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    _promoted(catalog)
    abandoned = catalog.building(2)
    abandoned.mkdir()
    catalog.reclaim()
    assert not abandoned.exists()
    assert catalog.current() == catalog.folder / "1"


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    held = f"""
from pathlib import Path
from knowledge.catalog import Catalog
with Catalog(Path({str(tmp_path)!r}), "default").writing():
    print("held", flush=True)
    input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=rf"already being written by process {holder.pid}"), catalog.writing():
            pass
        holder.kill()
        holder.wait()
        with catalog.writing():  # the lock dies with its holder
            pass


def test_after_a_rollback_the_generation_that_serves_is_kept_and_the_one_that_failed_goes(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    for _ in range(2):
        _promoted(catalog)
    (catalog.folder / "PREVIOUS").write_text("2\n")
    (catalog.folder / "CURRENT").write_text("1\n")  # as a rollback leaves them
    assert _promoted(catalog) == 3
    catalog.reclaim()
    assert [folder.name for folder in catalog.others()] == ["1"]


def test_a_generation_that_is_not_whole_is_no_way_back(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    for _ in range(2):
        _promoted(catalog)
    assert catalog.way_back() is None
    with pytest.raises(NotServed, match="no other generation to go back to"):
        catalog.roll_back()
    assert catalog.current() == catalog.folder / "2"


def test_a_disk_without_room_for_another_generation_is_told_before_anything_is_written(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, "default")
    catalog.require_room()
    _promoted(catalog)
    catalog.require_room()
    with (catalog.serving() / "vectors").open("wb") as sparse:
        sparse.truncate(shutil.disk_usage(tmp_path).free)
    with pytest.raises(GenerationUnwritable, match=r"needs up to [\d,]+ MB, and the disk has [\d,]+ MB left"):
        catalog.require_room()
