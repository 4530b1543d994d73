"""Compare how often the right article is found by a customer's mail and by the plain question in it.

`python -m tests.benchmarks.mails` indexes the sample help centre for itself and prints, for each way to search, in how
many of the mails in tests/support_bot/panel/mails.jsonl the right article is first, and among the first three and five.
"""

import json
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from knowledge.catalog import Catalog
from knowledge.embeddings import embeddings_named
from knowledge.settings import BUNDLED_MODEL
from support_bot.panel.question import question_of
from support_bot.panel.thread import Ticket, problem_of, read_message
from support_bot.retrieval.knowledge_base import KnowledgeBase
from tests.conftest import ARTICLES, index_articles

MAILS = Path(__file__).parents[1] / "support_bot" / "panel" / "mails.jsonl"


def mails() -> list[dict[str, Any]]:
    """Return the mails, each with its plain question and the articles that answer it."""
    return [json.loads(line) for line in MAILS.read_text(encoding="utf-8").splitlines()]


def ticket_of(mail: dict[str, Any]) -> Ticket:
    """Return a mail as the panel reads it."""
    message = read_message(message_id="1", sender="customer", text=mail["mail"], subject=mail["subject"])
    return Ticket(subject=mail["subject"], customer="", messages=(message,))


def searched(mail: dict[str, Any]) -> str:
    """Return what is searched for."""
    ticket = ticket_of(mail)
    return question_of(problem_of(ticket), ticket)


def rank(query: str, mail: dict[str, Any], knowledge_base: KnowledgeBase) -> int:
    """Return at which place the first right article is found, from 1; 99 where it is not."""
    hits = knowledge_base.search(query, scope="internal", count=50)
    found = list(dict.fromkeys(hit.passage.source for hit in hits))
    return next((place for place, source in enumerate(found, start=1) if source in mail["articles"]), 99)


WAYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "plain question": lambda mail: str(mail["question"]),
    "mail, as the panel searches": searched,
    "mail without quotations and signature": lambda mail: problem_of(ticket_of(mail)).text,
    "mail as it came": lambda mail: f"{mail['subject']}\n{mail['mail']}",
}


def main() -> None:
    """Print the comparison."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        embeddings = embeddings_named(BUNDLED_MODEL, multilingual=False, threads=2)
        index_articles(ARTICLES, data_dir=data_dir, vector_folder=data_dir, embeddings=embeddings)
        with closing(KnowledgeBase(catalog=Catalog(data_dir, "default"), embeddings=embeddings)) as knowledge_base:
            for name, query in WAYS.items():
                ranks = [rank(query(mail), mail, knowledge_base) for mail in mails()]
                shares = ", ".join(f"first {n}: {sum(each <= n for each in ranks)}" for n in (1, 3, 5))
                print(f"{name}: {shares} of {len(ranks)}; missed {[n for n, each in enumerate(ranks) if each > 3]}")


if __name__ == "__main__":
    main()
