from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from langchain_core.documents import Document

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.search import Hit
from support_bot.retrieval.knowledge_base import KnowledgeBase
from support_bot.retrieval.reranker import Reranker
from support_bot.retrieval.retriever import KnowledgeRetriever, passage_of
from tests.conftest import index_articles

pytestmark = pytest.mark.slow  # it searches an index


@pytest.fixture
def retriever(sample_data: Path, embeddings: SentenceTransformersEmbeddings) -> KnowledgeRetriever:
    knowledge_base = KnowledgeBase(catalog=Catalog(sample_data, "default"), embeddings=embeddings)
    return KnowledgeRetriever(knowledge_base=knowledge_base, count=4)


async def test_it_is_a_langchain_retriever(retriever: KnowledgeRetriever) -> None:
    documents = await retriever.ainvoke("How do I add articles?", scope="public")
    assert len(documents) == 4
    assert documents == retriever.invoke("How do I add articles?", scope="public")
    retriever.knowledge_base.close()


async def test_a_question_without_a_scope_raises(retriever: KnowledgeRetriever) -> None:
    with pytest.raises(TypeError, match="scope"):
        await retriever.ainvoke("How do I add articles?")
    with pytest.raises(TypeError, match="scope"):
        retriever.invoke("How do I add articles?")


def test_passages_come_through_as_they_are(retriever: KnowledgeRetriever) -> None:
    hits = retriever.knowledge_base.search("How do I add articles?", scope="public", count=4)
    documents = retriever.invoke("How do I add articles?", scope="public")
    assert [passage_of(document) for document in documents] == [hit.passage for hit in hits]
    retriever.knowledge_base.close()


def test_any_retrievers_document_is_a_passage() -> None:
    found = passage_of(Document(page_content="Some text.", id="x"))
    assert (found.id, found.title, found.text, found.start, found.end) == ("x", "x", "Some text.", 0, 10)
    assert found.audience == "internal"


_ARTICLES = {
    "vpn.en.md": "# Remote work\n\nConnect from home with the VPN.",
    "vpn.es.md": "# VPN\n\nVPN: instale la VPN y abra la VPN.",
    "parking.en.md": "# Parking\n\nVisitors leave their cars behind the building.",
    "parking.es.md": "# Aparcamiento\n\nLas visitas aparcan detrás del edificio.",
}


@pytest.fixture(scope="module")
def bilingual(
    tmp_path_factory: pytest.TempPathFactory, vector_folder: Path, embeddings: SentenceTransformersEmbeddings
) -> Iterator[KnowledgeRetriever]:
    articles = tmp_path_factory.mktemp("kb")
    for name, text in _ARTICLES.items():
        (articles / name).write_text(text)
    data_dir = tmp_path_factory.mktemp("data")
    catalog = index_articles(articles, data_dir=data_dir, vector_folder=vector_folder, embeddings=embeddings)
    with closing(KnowledgeBase(catalog=catalog, embeddings=embeddings)) as knowledge_base:
        yield KnowledgeRetriever(knowledge_base=knowledge_base, count=4)


def locales(bilingual: KnowledgeRetriever, question: str, *, locale: str = "") -> list[str]:
    return [passage_of(document).locale for document in bilingual.invoke(question, scope="public", locale=locale)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [("VPN", "es"), ("Is there a VPN?", "en"), ("¿Hay una VPN?", "es")],
)
def test_articles_in_the_language_of_the_question_go_first(
    bilingual: KnowledgeRetriever, question: str, expected: str
) -> None:
    assert locales(bilingual, question)[0] == expected


def test_where_the_question_does_not_tell_its_language_the_locale_does(bilingual: KnowledgeRetriever) -> None:
    assert locales(bilingual, "VPN", locale="en-GB")[0] == "en"
    assert locales(bilingual, "¿Hay una VPN?", locale="en-GB")[0] == "es"


def test_a_reranker_has_the_last_word_on_the_order(bilingual: KnowledgeRetriever) -> None:
    class Backwards(Reranker):
        def load(self) -> None: ...

        def scores(self, question: str, hits: Sequence[Hit]) -> Sequence[float]:
            return [-hit.score for hit in hits]

    retriever = bilingual.model_copy(update={"reranker": Backwards()})
    found, plain = (each.invoke("VPN", scope="public") for each in (retriever, bilingual))
    assert found == plain[::-1]


def test_the_same_article_under_two_names_is_found_once_by_the_one_with_an_address(
    tmp_path: Path, vector_folder: Path, embeddings: SentenceTransformersEmbeddings
) -> None:
    article = "# Vouchers\n\nVouchers expire three years after they were bought."
    (tmp_path / "vouchers.md").write_text(article)
    (tmp_path / "website.md").write_text(f"---\nurl: https://help.example/vouchers\n---\n{article}")
    catalog = index_articles(tmp_path, data_dir=tmp_path / "data", vector_folder=vector_folder, embeddings=embeddings)
    with closing(KnowledgeBase(catalog=catalog, embeddings=embeddings)) as knowledge_base:
        retriever = KnowledgeRetriever(knowledge_base=knowledge_base, count=4)
        found = retriever.invoke("When do vouchers expire?", scope="public")
    assert [passage_of(document).url for document in found] == ["https://help.example/vouchers"]
