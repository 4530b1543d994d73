import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.generation import Generation
from knowledge.search import search
from tests import faults
from tests.faults import SOAK, Fault, Point

pytestmark = pytest.mark.slow  # each runs processes

_KILLS = 200 if SOAK else 20
_SIZES = range(1, 400, 2) if SOAK else (1, 8, 60, 150)
_PAGES = range(0, 300, 3) if SOAK else (0, 20, 60, 100)  # of 4,096 bytes, that are left for a generation

# In the order in which a run that deletes an article comes by. Generations 1 and 2 are there, 3 is built.
_POINTS = {
    "the lock is taken": Point("open", "writer.lock"),
    "the vectors are opened": Point("sqlite3.connect", "/vectors/"),
    "the new folder is made": Point("os.mkdir", "3.building"),
    "the texts are written": Point("sqlite3.connect", "3.building/public/documents.sqlite3"),
    "the words are written": Point("os.mkdir", "3.building/public/lexical"),
    "the vectors are written": Point("import", "chromadb"),
    "the manifest is written": Point("open", "3.building/manifest.json"),
    "the last file is synced": Point("open", "3.building/public"),
    "the folder gets its name": Point("os.rename", "3.building"),
    "the way back is noted": Point("os.rename", "PREVIOUS.next"),
    "the pointer is written": Point("open", "CURRENT.next"),
    "the pointer moves": Point("os.rename", "CURRENT.next"),
    "the oldest is removed": Point("shutil.rmtree", "default/1"),
    "the plan is forgotten": Point("os.remove", "withheld.json"),
}


@dataclass(frozen=True, slots=True)
class Site:
    """Five articles, of which the next run finds one gone."""

    folder: Path
    embeddings: SentenceTransformersEmbeddings

    @property
    def catalog(self) -> Catalog:
        return Catalog(self.folder / "data", "default")

    def run(self, fault: Fault = Fault()) -> int:  # noqa: B008 - it is frozen
        arguments = ["run", str(self.folder / "kb"), "--audience", "public", "--json"]
        return faults.run([*arguments, "--data", str(self.folder / "data")], output=self.folder / "told", fault=fault)

    def told(self) -> str:
        return (self.folder / "told").read_text()

    def answers(self) -> list[tuple[str, str, float]]:
        """What is found now: the served index as a reader sees it, whatever its files are."""
        generation = Generation.open(self.catalog.serving(), embedding_model=self.embeddings.name)
        hits = search("Which article?", index=generation.index("public"), embeddings=self.embeddings, count=50)
        generation.close()
        return sorted((hit.passage.id, hit.passage.text, round(hit.cosine or 0, 5)) for hit in hits)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, embeddings: SentenceTransformersEmbeddings) -> Site:
    site = Site(tmp_path_factory.mktemp("prepared"), embeddings)
    (site.folder / "kb").mkdir()
    for number in range(6):
        (site.folder / "kb" / f"{number}.md").write_text(f"# {number}\n\nThis is article {number}.")
    for number in range(2):  # the second run deletes one too
        assert site.run() == 0, site.told()
        (site.folder / "kb" / f"{number}.md").unlink()
    assert site.catalog.current() == site.catalog.folder / "2"
    return site


@pytest.fixture
def site(prepared: Site, tmp_path: Path) -> Site:
    shutil.copytree(prepared.folder, tmp_path / "site")
    return Site(tmp_path / "site", prepared.embeddings)


@pytest.fixture(scope="module")
def whole(prepared: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, str, float]], float]:
    """What is found after a run that nothing befell, and the seconds that it took."""
    folder = tmp_path_factory.mktemp("whole") / "site"
    shutil.copytree(prepared.folder, folder)
    site = Site(folder, prepared.embeddings)
    started = time.monotonic()
    assert site.run() == 0, site.told()
    return site.answers(), time.monotonic() - started


def _assert_unharmed(site: Site, *, before: list[tuple[str, str, float]], after: list[tuple[str, str, float]]) -> None:
    """What serves is the old or the new, whole; and the next run completes what was begun."""
    assert site.answers() == (before if site.catalog.current() == site.catalog.folder / "2" else after)
    assert site.run() == 0, site.told()
    assert json.loads(site.told())["embedded"] == 0
    assert site.answers() == after
    folders = {folder.name for folder in site.catalog.folder.iterdir() if folder.is_dir()}
    assert not any(name.endswith(".building") for name in folders)
    assert len(folders) <= 3  # what a killed run left goes with the next generation, if not with this


@pytest.mark.parametrize("point", _POINTS.values(), ids=_POINTS.keys())
def test_a_run_that_is_killed_at_a_point_spoils_nothing(
    site: Site, whole: tuple[list[tuple[str, str, float]], float], point: Point
) -> None:
    before = site.answers()
    assert site.run(Fault(kill_at=point)) == -9, site.told()
    _assert_unharmed(site, before=before, after=whole[0])


@pytest.mark.parametrize("point", _POINTS.values(), ids=_POINTS.keys())
def test_a_run_that_is_stopped_at_a_point_says_so_and_leaves_nothing_half_built(
    site: Site, whole: tuple[list[tuple[str, str, float]], float], point: Point
) -> None:
    before = site.answers()
    assert site.run(Fault(stop_at=point)) == 143, site.told()
    assert "ingest: stopped by SIGTERM. What served goes on serving" in site.told()
    assert "Traceback" not in site.told()
    assert not list(site.catalog.folder.glob("*.building"))
    _assert_unharmed(site, before=before, after=whole[0])


def test_a_run_that_is_killed_at_any_moment_spoils_nothing(
    prepared: Site, tmp_path: Path, whole: tuple[list[tuple[str, str, float]], float]
) -> None:
    before = prepared.answers()
    after, seconds = whole
    moments = random.Random(7)
    for number in range(_KILLS):
        folder = tmp_path / str(number)
        shutil.copytree(prepared.folder, folder)
        site = Site(folder, prepared.embeddings)
        site.run(Fault(kill_after=moments.uniform(0.001, seconds)))
        _assert_unharmed(site, before=before, after=after)
        shutil.rmtree(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 20 MB, which only root may set up."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.parametrize("pages", _PAGES)
def test_a_disk_that_fills_up_as_the_generation_is_written_spoils_nothing(
    prepared: Site, small_disk: Path, whole: tuple[list[tuple[str, str, float]], float], pages: int
) -> None:
    shutil.copytree(prepared.folder, small_disk / "site")
    site = Site(small_disk / "site", prepared.embeddings)
    before = site.answers()
    filler = small_disk / "filler"
    code = site.run(Fault(fill_at=_POINTS["the new folder is made"], filler=filler, bytes_left=pages * 4_096))
    filler.unlink()
    assert code or pages > 60
    if code:
        assert code == 74, site.told()
        assert "Traceback" not in site.told()
        assert not list(site.catalog.folder.glob("*.building"))
    _assert_unharmed(site, before=before, after=whole[0])


@pytest.mark.parametrize("kilobytes", _SIZES)
def test_a_file_that_cannot_grow_is_told_in_one_line_and_spoils_nothing(
    site: Site, whole: tuple[list[tuple[str, str, float]], float], kilobytes: int
) -> None:
    before = site.answers()
    code = site.run(Fault(largest_file=kilobytes * 1_000))
    if code:
        assert code == 74, site.told()
        assert "Traceback" not in site.told()
        assert not list(site.catalog.folder.glob("*.building"))
    _assert_unharmed(site, before=before, after=whole[0])
