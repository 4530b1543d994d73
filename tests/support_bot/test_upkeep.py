from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.errors import NotServed
from support_bot.retrieval.knowledge_base import KnowledgeBase
from support_bot.upkeep import hidden, rolled_back, shown
from tests.conftest import index_articles

pytestmark = pytest.mark.slow  # it embeds passages


class Site:
    """Two articles that answer one question, and the knowledge base that the question is put to."""

    def __init__(self, folder: Path, *, vector_folder: Path, embeddings: SentenceTransformersEmbeddings) -> None:
        self.catalog = Catalog(folder / "data", "default")
        self.articles = folder / "kb"
        self.articles.mkdir()
        (self.articles / "a.md").write_text("---\nurl: https://help.example/a\n---\n# A\n\nRefunds take five days.")
        (self.articles / "b.md").write_text("# B\n\nRefunds of gift cards take nine days.")
        self.knowledge_base = KnowledgeBase(catalog=self.catalog, embeddings=embeddings)
        self._vector_folder = vector_folder
        self._embeddings = embeddings
        self.reindex()

    def reindex(self) -> None:
        data_dir = self.catalog.folder.parent.parent
        index_articles(self.articles, data_dir=data_dir, vector_folder=self._vector_folder, embeddings=self._embeddings)

    def found(self) -> set[str]:
        hits = self.knowledge_base.search("How long do refunds take?", scope="public", count=5)
        return {hit.passage.source for hit in hits}


@pytest.fixture
def site(tmp_path: Path, vector_folder: Path, embeddings: SentenceTransformersEmbeddings) -> Iterator[Site]:
    made = Site(tmp_path, vector_folder=vector_folder, embeddings=embeddings)
    yield made
    made.knowledge_base.close()


def test_a_hidden_document_is_in_nothing_that_the_next_question_sees(site: Site) -> None:
    assert site.found() == {"kb/a.md", "kb/b.md"}
    [document] = [
        d for d in site.knowledge_base.documents(scope="public", count=5) if d.metadata["source"] == "kb/a.md"
    ]

    assert "kb/a.md is hidden" in hidden("kb/a.md", catalog=site.catalog)
    assert site.found() == {"kb/b.md"}
    assert [hit.passage.source for hit in site.knowledge_base.search("refunds", scope="public", count=1)] == ["kb/b.md"]
    assert site.knowledge_base.document(str(document.id), scope="public") is None
    assert [d.metadata["source"] for d in site.knowledge_base.documents(scope="public", count=5)] == ["kb/b.md"]

    assert "kb/a.md is shown again" in shown("kb/a.md", catalog=site.catalog)
    assert site.found() == {"kb/a.md", "kb/b.md"}
    assert site.knowledge_base.document(str(document.id), scope="public") is not None


def test_what_is_hidden_stays_hidden_when_it_is_indexed_anew_and_when_it_is_moved(site: Site) -> None:
    hidden("kb/a.md", catalog=site.catalog)
    (site.articles / "b.md").write_text("# B\n\nRefunds of gift cards take ten days.")
    site.reindex()
    assert site.found() == {"kb/b.md"}
    (site.articles / "a.md").rename(site.articles / "renamed.md")
    site.reindex()
    assert site.found() == {"kb/b.md"}


@pytest.mark.parametrize("kind", ["id", "url", "address"])
def test_a_document_is_named_by_its_source_its_id_or_its_address(site: Site, kind: str) -> None:
    documents = site.knowledge_base.documents(scope="public", count=5)
    [document_id] = [str(d.id) for d in documents if d.metadata["source"] == "kb/a.md"]
    named = {
        "id": document_id,
        "url": "https://help.example/a",
        "address": f"http://127.0.0.1:8000/sources/{document_id}?start=0&end=3#cited",
    }
    hidden(named[kind], catalog=site.catalog)
    assert site.found() == {"kb/b.md"}


def test_a_document_that_is_not_there_is_refused(site: Site) -> None:
    with pytest.raises(NotServed, match=r"'default' has no document 'kb/c\.md'"):
        hidden("kb/c.md", catalog=site.catalog)
    with pytest.raises(NotServed, match="Hidden are: none"):
        shown("kb/a.md", catalog=site.catalog)


def test_a_rollback_answers_the_next_question_and_a_second_one_goes_forth_again(site: Site) -> None:
    with pytest.raises(NotServed, match="no other generation to go back to"):
        rolled_back(catalog=site.catalog)
    (site.articles / "b.md").unlink()
    site.reindex()
    assert site.found() == {"kb/a.md"}
    said = rolled_back(catalog=site.catalog)
    assert said.startswith("Generation 1 of ")
    assert said.endswith("Until then 1 deleted or moved articles answer again, such as kb/b.md: hide what must not.")
    assert site.found() == {"kb/a.md", "kb/b.md"}
    said = rolled_back(catalog=site.catalog)
    assert said.startswith("Generation 2 of ") and "answer again" not in said
    assert site.found() == {"kb/a.md"}


def test_a_rollback_from_a_damaged_generation_answers_too(site: Site) -> None:
    (site.articles / "b.md").unlink()
    site.reindex()
    (site.catalog.serving() / "manifest.json").unlink()
    said = rolled_back(catalog=site.catalog)
    assert said.startswith("Generation 1 of ") and "answer again" not in said
    assert site.found() == {"kb/a.md", "kb/b.md"}
