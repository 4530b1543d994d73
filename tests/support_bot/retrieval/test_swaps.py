"""Questions under fire: each is answered from one generation, while a process beside lets one after another serve."""

import itertools
import re
import threading
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings
from support_bot.retrieval.knowledge_base import KnowledgeBase
from tests.editions import promote, promote_each
from tests.faults import FORKS, SOAK

pytestmark = pytest.mark.slow  # it builds one index after another

_PROMOTIONS, _QUESTIONS = (50, 10_000) if SOAK else (6, 300)
_ASKERS = 3


def _editions(knowledge_base: KnowledgeBase) -> set[str]:
    hits = knowledge_base.search("Which edition is this article of?", scope="public", count=8)
    assert len(hits) == 8
    return {re.findall(r"Edition (\d+)", hit.passage.text)[0] for hit in hits}


def test_no_question_fails_or_sees_two_generations_while_they_change_and_the_disk_is_freed(
    tmp_path: Path, embeddings: SentenceTransformersEmbeddings
) -> None:
    promote(0, data_dir=tmp_path)
    catalog = Catalog(tmp_path, "default")
    permits = FORKS.Semaphore(0)
    writer = FORKS.Process(target=promote_each, args=(range(1, _PROMOTIONS + 1), tmp_path, permits))
    numbers, over, failures, seen = itertools.count(), threading.Event(), list[BaseException](), set[str]()

    def ask() -> None:
        for number in numbers:
            if number > _QUESTIONS and over.is_set():
                return
            if number % (_QUESTIONS // _PROMOTIONS) == 0:
                permits.release()
            try:
                (edition,) = _editions(knowledge_base)
                seen.add(edition)
            except BaseException as error:
                failures.append(error)
                for _ in range(_PROMOTIONS):  # so that all come to an end
                    permits.release()
                return

    with closing(KnowledgeBase(catalog=catalog, embeddings=embeddings)) as knowledge_base:
        writer.start()
        askers = [threading.Thread(target=ask) for _ in range(_ASKERS)]
        for asker in askers:
            asker.start()
        writer.join()
        over.set()
        for asker in askers:
            asker.join()
        assert failures == []
        assert writer.exitcode == 0
        assert _editions(knowledge_base) == {str(_PROMOTIONS)}
        assert len(seen) > 1

    catalog.reclaim()  # as the next import begins: a generation that was still read stayed until then
    one = _size(catalog.serving())
    assert _size(catalog.folder) <= 2.5 * one


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
