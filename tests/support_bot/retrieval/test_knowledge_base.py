import fcntl
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.errors import GenerationDamaged, KnowledgeBaseEmpty
from support_bot.retrieval.knowledge_base import KnowledgeBase
from tests.conftest import index_articles

pytestmark = pytest.mark.slow  # it embeds passages


class Site:
    """Articles that can be rewritten while questions are asked."""

    def __init__(self, folder: Path, *, vector_folder: Path, embeddings: SentenceTransformersEmbeddings) -> None:
        self.catalog = Catalog(folder / "data", "default")
        self._articles = folder / "kb"
        self._articles.mkdir()
        self._vector_folder = vector_folder
        self._embeddings = embeddings

    def reindex(self, text: str) -> None:
        (self._articles / "a.md").write_text(text)
        index_articles(
            self._articles,
            data_dir=self.catalog.folder.parent.parent,
            vector_folder=self._vector_folder,
            embeddings=self._embeddings,
        )


@pytest.fixture
def site(tmp_path: Path, vector_folder: Path, embeddings: SentenceTransformersEmbeddings) -> Site:
    return Site(tmp_path, vector_folder=vector_folder, embeddings=embeddings)


@pytest.fixture
def knowledge_base(site: Site, embeddings: SentenceTransformersEmbeddings) -> Iterator[KnowledgeBase]:
    opened = KnowledgeBase(catalog=site.catalog, embeddings=embeddings)
    yield opened
    opened.close()


def _texts(knowledge_base: KnowledgeBase) -> list[str]:
    return [hit.passage.text for hit in knowledge_base.search("words", scope="public", count=5)]


def test_before_the_first_reindex_it_says_what_to_run(knowledge_base: KnowledgeBase) -> None:
    with pytest.raises(KnowledgeBaseEmpty, match="python -m ingest run"):
        knowledge_base.search("words", scope="public", count=5)


def test_the_next_question_after_a_reindex_sees_it(site: Site, knowledge_base: KnowledgeBase) -> None:
    site.reindex("Old words.")
    assert _texts(knowledge_base) == ["Old words."]
    site.reindex("New words.")
    assert _texts(knowledge_base) == ["New words."]
    assert knowledge_base.manifest().number == 2


def test_an_old_generation_is_let_go_so_that_it_can_be_removed(site: Site, knowledge_base: KnowledgeBase) -> None:
    for number in range(4):
        site.reindex(f"Words of version {number}.")
        assert _texts(knowledge_base) == [f"Words of version {number}."]
    kept = {folder.name for folder in site.catalog.folder.iterdir() if folder.is_dir()}
    assert kept == {"3", "4"}


def test_questions_go_on_while_generations_change(site: Site, knowledge_base: KnowledgeBase) -> None:
    site.reindex("Words of version 0.")
    stop, failures, seen = threading.Event(), list[BaseException](), set[str]()

    def ask() -> None:
        while not stop.is_set():
            try:
                seen.update(_texts(knowledge_base))
            except BaseException as error:
                failures.append(error)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for number in range(1, 6):
        site.reindex(f"Words of version {number}.")
    stop.set()
    for asker in askers:
        asker.join()
    assert failures == []
    assert len(seen) > 1


@pytest.mark.parametrize("damaged", ["manifest.json", "public/documents.sqlite3", "public/vectors", "public/lexical"])
def test_a_damaged_new_generation_leaves_the_old_one_serving(
    site: Site, knowledge_base: KnowledgeBase, caplog: pytest.LogCaptureFixture, damaged: str
) -> None:
    site.reindex("Old words.")
    assert _texts(knowledge_base) == ["Old words."]
    site.reindex("New words.")
    path = site.catalog.serving() / damaged
    shutil.rmtree(path) if path.is_dir() else path.write_text("{")
    assert _texts(knowledge_base) == ["Old words."]
    assert knowledge_base.manifest().number == 1
    assert "goes on serving" in caplog.text

    site.reindex("Newer words.")
    assert _texts(knowledge_base) == ["Newer words."]


def test_a_question_in_flight_when_all_is_closed_is_answered_and_then_everything_is_let_go(
    site: Site, knowledge_base: KnowledgeBase
) -> None:
    site.reindex("Old words.")
    _texts(knowledge_base)
    with knowledge_base._generation() as generation:
        knowledge_base.close()
        assert generation.index("public").lexical.best("words", count=1)
    with (site.catalog.serving() / "lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_start_on_a_damaged_generation_falls_back_to_the_one_before(
    site: Site, knowledge_base: KnowledgeBase, caplog: pytest.LogCaptureFixture
) -> None:
    site.reindex("Old words.")
    site.reindex("New words.")
    (site.catalog.serving() / "manifest.json").write_text("{")
    assert _texts(knowledge_base) == ["Old words."]
    assert knowledge_base.is_behind
    assert "goes on serving" in caplog.text

    (site.catalog.folder / "1" / "manifest.json").write_text("{")
    site.reindex("Newer words.")
    assert _texts(knowledge_base) == ["Newer words."]
    assert not knowledge_base.is_behind


def test_when_no_generation_is_whole_it_says_what_to_run(site: Site, knowledge_base: KnowledgeBase) -> None:
    site.reindex("Old words.")
    (site.catalog.serving() / "manifest.json").write_text("{")
    with pytest.raises(GenerationDamaged, match="python -m ingest run"):
        knowledge_base.search("words", scope="public", count=5)
