"""Keep passages' terms in a tantivy index and find those that share most with a question, by BM25.

This is the one module that knows tantivy. Text reaches it as terms already cut by `knowledge.words`, so that Chinese,
Japanese and Korean are found, and a question is never parsed as a query language.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from knowledge.passage import Passage
from knowledge.stop_words import content_terms
from knowledge.words import terms

_HEADING_WEIGHT = 0.5  # a match in the title or headings, which count as body too, is worth half as much again
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
        found = []
        for term in dict.fromkeys(content_terms(question) or terms(question)):
            for field, weight in (("body", 1.0), ("heading", _HEADING_WEIGHT)):
                query = tantivy.Query.term_query(self._schema, field, term)
                found.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, weight)))
        return tantivy.Query.boolean_query(found)

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
