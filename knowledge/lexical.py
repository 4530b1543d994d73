"""Keep passages' terms in a tantivy index and find those that share most with a question, by BM25.

Words count for more where they stand in a heading, and where two that the question joins stand together. Measured by
nDCG@10 of the whole search on claude-docs, feedbackqa-valid and zoomcamp-faq: .840, .672, .922 without the pairs; .850,
.671, .929 with them. What did not help there: other k1 and b of BM25 (-.002 to -.005 on the mean), counting each term
once (-.002), pairs with more words between them (-.001), a second vector for the headings alone (-.003).

This is the one module that knows tantivy. Text reaches it as terms already cut by `knowledge.words`, so that Chinese,
Japanese and Korean are found, and a question is never parsed as a query language.
"""

from collections.abc import Iterable, Sequence, Set
from itertools import pairwise
from pathlib import Path

import tantivy

from knowledge.passage import Passage
from knowledge.stop_words import content_terms, search_terms
from knowledge.words import cjk_share, terms

# A match in the title or headings counts as body too, and here as four tenths of a match more.
_FIELD_WEIGHTS = (("body", 1.0), ("heading", 0.4))

# Two content words of the question, one after the other, that stand so in the passage with at most a word between them.
_PAIR_WEIGHT = 0.3
_PAIR_SLOP = 1

# A question longer than any that is asked costs no more than a long one.
_MOST_TERMS = 128
_MOST_PAIRS = 32

_HEAP_BYTES = 64_000_000


class Lexical:
    """An open tantivy index."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path) -> "Lexical":
        """Open an index that `build` wrote."""
        return cls(tantivy.Index.open(str(folder)))

    def best(self, question: str, *, count: int) -> dict[str, float]:
        """Return the ids of the passages that match best with their BM25 scores, best first."""
        return self._scores(self._matching(question), count=count)

    def scores(self, question: str, *, ids: Sequence[str]) -> dict[str, float]:
        """Return the BM25 scores of those of these passages that match at all."""
        among = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, "id", list(ids)), 0.0)
        both = [(tantivy.Occur.Must, among), (tantivy.Occur.Must, self._matching(question))]
        return self._scores(tantivy.Query.boolean_query(both), count=max(len(ids), 1))

    def document_frequency(self, term: str) -> int:
        """Return in how many passages a term stands, their title and headings included."""
        return int(self._searcher.doc_freq("body", term))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def _matching(self, question: str) -> tantivy.Query:
        known = self._rarest(search_terms(question))
        found = [self._term(field, term, weight) for term in known for field, weight in _FIELD_WEIGHTS]
        for pair in _word_pairs(question, among=known)[:_MOST_PAIRS]:
            query = tantivy.Query.phrase_query(self._schema, "body", list(pair), slop=_PAIR_SLOP)
            found.append(tantivy.Query.boost_query(query, _PAIR_WEIGHT))
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in found])

    def _rarest(self, terms: Sequence[str]) -> set[str]:
        """Return the terms that stand in any passage; of very many the rarest, since they tell most."""
        frequencies = {term: self.document_frequency(term) for term in dict.fromkeys(terms)}
        known = [term for term, frequency in frequencies.items() if frequency]
        return set(known if len(known) <= _MOST_TERMS else sorted(known, key=frequencies.__getitem__)[:_MOST_TERMS])

    def _term(self, field: str, term: str, weight: float) -> tantivy.Query:
        return tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, term), weight)

    def _scores(self, query: tantivy.Query, *, count: int) -> dict[str, float]:
        hits = self._searcher.search(query, count).hits
        return {str(self._searcher.doc(address).get_first("id")): float(score) for score, address in hits}


def build(folder: Path, *, passages: Iterable[Passage]) -> None:
    """Write a new index of the passages' terms."""
    folder.mkdir(parents=True)
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("heading", tokenizer_name="whitespace")
    schema.add_text_field("body", tokenizer_name="whitespace")
    index = tantivy.Index(schema.build(), path=str(folder))
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    for passage in passages:
        heading = " ".join(terms(" ".join((passage.title, *passage.headings))))
        body = " ".join(terms(passage.text))
        writer.add_document(tantivy.Document(id=passage.id, heading=heading, body=f"{heading} {body}"))
    writer.commit()
    writer.wait_merging_threads()


def _word_pairs(question: str, *, among: Set[str]) -> list[tuple[str, str]]:
    """Return the content words that follow each other, in order. CJK needs none: its terms are pairs already."""
    pairs = dict.fromkeys(pairwise(content_terms(question)))
    return [pair for pair in pairs if among >= set(pair) and pair[0] != pair[1] and not cjk_share("".join(pair))]
