"""Turn a dataset with answers into how much of them the extractive mode says, and in how many words.

    python -m tests.benchmarks.extractive_recall DATASET --data DIR

Measured is the share of a reference answer's content words, stemmed, that an answer without a model has, once it went
through the citation check; against it stand the first words of the passage found first.
"""

import argparse
import re
from contextlib import closing
from pathlib import Path

import numpy as np

from knowledge.catalog import Catalog
from knowledge.embeddings import BundledEmbeddings
from knowledge.stop_words import content_terms
from knowledge.words import word_count
from support_bot.answering.decoder import VerifiedDecoder
from support_bot.answering.extractive import extractive_answer
from support_bot.evaluation.datasets import dataset
from support_bot.evaluation.metrics import estimate
from support_bot.evaluation.retrieval import indexed, site_of
from support_bot.retrieval.knowledge_base import KnowledgeBase

_PASSAGES = 8
_FIRST_WORDS = 120


def main() -> None:
    """Index, answer and print."""
    parser = argparse.ArgumentParser(description="Measure what the extractive mode says of reference answers.")
    parser.add_argument("dataset", type=Path, metavar="DATASET")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data directory to index below")
    options = parser.parse_args()
    measured = dataset(options.dataset)
    indexed(measured, data_dir=options.data)
    recalls, firsts, lengths = [], [], []
    catalog = Catalog(options.data / "evaluation", site_of(measured))
    with closing(KnowledgeBase(catalog=catalog, embeddings=BundledEmbeddings(threads=1))) as knowledge_base:
        for query in measured.queries:
            passages = [hit.passage for hit in knowledge_base.search(query.text, scope="public", count=_PASSAGES)]
            wanted = set(content_terms(query.answer))
            if not wanted or not passages:
                continue
            decoder = VerifiedDecoder(passages)
            decoder.feed(extractive_answer(query.text, passages))
            decoder.flush()
            said = re.sub(r" ?\[\d+\]", "", decoder.text)
            first = " ".join(passages[0].text.split()[:_FIRST_WORDS])
            recalls.append(len(wanted.intersection(content_terms(said))) / len(wanted))
            firsts.append(len(wanted.intersection(content_terms(first))) / len(wanted))
            lengths.append(word_count(said))
    if not recalls:
        parser.error(f'{options.dataset} has no answers; its queries.jsonl needs an "answer" for each question')
    gain = estimate([one - other for one, other in zip(recalls, firsts, strict=True)])
    print(f"{measured.name}: {len(recalls)} questions")
    print(f"recall {np.mean(recalls):.3f} in {np.median(lengths):.0f} words (median)")
    print(f"first {_FIRST_WORDS} words of the first passage {np.mean(firsts):.3f}")
    print(f"gain {gain.mean:+.3f}, 95 % interval {gain.low:+.3f} to {gain.high:+.3f}")


if __name__ == "__main__":
    main()
