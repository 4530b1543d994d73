"""The right article is found by a customer's mail as by the plain question in it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from support_bot.retrieval.knowledge_base import KnowledgeBase
from tests.benchmarks.mails import mails, rank, searched

pytestmark = pytest.mark.slow  # it searches an index


@pytest.fixture(scope="module")
def knowledge_base(sample_data: Path, embeddings: SentenceTransformersEmbeddings) -> Iterator[KnowledgeBase]:
    with closing(KnowledgeBase(catalog=Catalog(sample_data, "default"), embeddings=embeddings)) as opened:
        yield opened


def test_a_mail_finds_its_article_as_its_plain_question_does(knowledge_base: KnowledgeBase) -> None:
    by_mail = [rank(searched(mail), mail, knowledge_base) for mail in mails()]
    by_question = [rank(mail["question"], mail, knowledge_base) for mail in mails()]
    assert sum(place <= 3 for place in by_mail) >= sum(place <= 3 for place in by_question) - 1
    missed = [mail["question"] for mail, place in zip(mails(), by_mail, strict=True) if place > 5]
    assert len(missed) <= 0.07 * len(by_mail), missed


def test_what_is_searched_for_is_a_question_and_not_the_whole_mail() -> None:
    for mail in mails():
        query = searched(mail)
        assert 0 < len(query) <= 1_500
        for added in ("Maria Keller", "confidential", "Thank you for your message", "範例股份有限公司"):
            assert added not in query
