from pathlib import Path

import pytest
from langchain_core.documents import Document

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from support_bot.retrieval.knowledge_base import KnowledgeBase
from support_bot.retrieval.retriever import KnowledgeRetriever, passage_of

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
