"""Turn hostile strings into how much longer than an ordinary question each keeps the search, and whether any raises.

    python -m tests.benchmarks.hostile DATASET --data DIR --strings STRINGS

DATASET gives the index and the ordinary questions; STRINGS is a JSON list of strings, as the Big List of Naughty
Strings is. To these come strings made here: of the greatest length that is read and beyond it, of one character,
of punctuation, of many scripts, of emoji, of the query syntax of search engines. The time of each is the least that the
processor takes for a few searches, so that a busy machine does not speak for it.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from knowledge.catalog import Catalog
from knowledge.embeddings import SentenceTransformersEmbeddings, embeddings_named
from knowledge.generation import Generation, Index
from knowledge.search import search
from knowledge.settings import KnowledgeSettings
from support_bot.evaluation.datasets import dataset
from support_bot.evaluation.retrieval import indexed, site_of

_QUESTIONS = 100
_SERVED = 8
_TRIES = 5
_LONG = 10_000  # characters
_SLOWEST = 12  # that are printed
_MOST = 5  # times the ordinary question's median


def hostile(words: Sequence[str]) -> Iterator[str]:
    """Yield strings that are made to cost much, some of them of a knowledge base's own words."""
    parts = [
        *[
            "a",
            "the ",
            "?",
            "!?.,;:",
            "Ω",
            "重設密碼",
            "🔑",
            "👩‍👩‍👧‍👦 ",
            "e\u0301\u0302\u0303",
            "\u202e",
            "\u200b",
            "\t\n",
            "\x00",
        ],
        *[
            "密碼 password الرقم パスワード 🔑 ",
            'body:"a b"~9 AND (heading:* OR id:[a TO z]) -c^9 + /x.*y/ ',
            "((((",
            '"""" ',
        ],
        *["{!func}", "a AND ", "*:* ", "\\", "%s%n", "' OR 1=1 --", "<b>", "word-word_word.word/word "],
    ]
    for part in parts:
        yield part
        yield (part * _LONG)[:_LONG]
    yield " ".join(words)[:_LONG]
    yield "".join(map(chr, range(0x4E00, 0x4E00 + _LONG)))  # each another character
    yield " ".join(f"word{number}" for number in range(_LONG // 8))
    yield "how do I reset my password " * (_LONG // 27)


def seconds(text: str, *, index: Index, embeddings: SentenceTransformersEmbeddings) -> float:
    """Return the least time of the processor that a search takes."""
    taken = []
    for _ in range(_TRIES):
        started = time.process_time()
        search(text, index=index, embeddings=embeddings, count=_SERVED)
        taken.append(time.process_time() - started)
    return min(taken)


def main() -> None:
    """Measure and print; fail where a string raises or is too slow."""
    parser = argparse.ArgumentParser(description="Measure how long hostile strings keep the search.")
    parser.add_argument("dataset", type=Path, metavar="DATASET")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data directory to index below")
    parser.add_argument("--strings", type=Path, required=True, metavar="STRINGS", help="a JSON list of strings")
    options = parser.parse_args()
    settings = KnowledgeSettings()
    embeddings = embeddings_named(
        settings.embedding_model, multilingual=settings.embedding_multilingual, threads=settings.embedding_threads
    )
    measured = dataset(options.dataset)
    indexed(measured, data_dir=options.data)
    catalog = Catalog(options.data / "evaluation", site_of(measured))
    with closing(Generation.open(catalog.serving(), embedding_model=embeddings.name)) as opened:
        index = opened.index("public")
        questions = [query.text for query in measured.queries[:_QUESTIONS]]
        search("warm", index=index, embeddings=embeddings, count=_SERVED)
        median = float(np.median([seconds(text, index=index, embeddings=embeddings) for text in questions]))
        words = list(dict.fromkeys(" ".join(passage.text for passage in index.documents.all_passages()).split()))
        strings = [*json.loads(options.strings.read_text(encoding="utf-8")), *hostile(words)]
        ratios = {text: seconds(text, index=index, embeddings=embeddings) / median for text in strings}
    print(f"{measured.name}: an ordinary question takes {median * 1_000:.1f} ms (median of {len(questions)})")
    print(f"{len(ratios)} hostile strings, none raised; times as long as the ordinary question:")
    for text, ratio in sorted(ratios.items(), key=lambda pair: -pair[1])[:_SLOWEST]:
        print(f"  {ratio:5.2f}  {len(text):6,} characters: {text[:50]!a}")
    if max(ratios.values()) > _MOST:
        raise SystemExit(f"One takes more than {_MOST} times as long.")


if __name__ == "__main__":
    main()
