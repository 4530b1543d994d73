"""Turn a document into passages: consecutive blocks under one heading, cut where they grow too long.

A list, and the sentence that introduces it, stays whole while it fits in one and a half times the length: half a
procedure is worse than none. Nothing else is joined over the end of a page, so that the page's number holds for it all.
Where a table is cut, its header row stands among the headings of what follows: a row without it says nothing.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from langchain_core.documents import Document

from knowledge.documents import Block, metadata_of
from knowledge.passage import Passage
from knowledge.words import Span, sentences, word_count

CHUNKING_VERSION = 5  # raise it when the same document is cut in another way
_CHARACTERS_A_WORD = 12  # about twice what prose has
_LONGEST_HEADER = 300  # characters of a table's header row
_ITEM_MARK = re.compile(r"^\s*(?:[-*•]|\d+\.)\s+")
_PAGES = ("", ".html", ".htm", ".md", ".mdx")  # what a page's address ends with; a file is an answer
_WORD = re.compile(r"\w+")
_STRETCH = 1.5  # how much longer than usual a passage may be to keep a list whole


@dataclass(frozen=True, slots=True)
class _Section:
    """The blocks between two headings."""

    headings: tuple[str, ...]
    anchor: str
    blocks: tuple[Block, ...]


class _Unit(NamedTuple):
    """What should stay in one piece, and the page on which it begins."""

    start: int
    end: int
    page: int
    header: str = ""  # of the table that it goes on with, "" when it begins with none or at its beginning


def passages_of(documents: Sequence[Document], *, words: int) -> list[Passage]:
    """Return the documents' passages of about so many words, without those that lead to other articles and say nothing.

    A list of related articles matches best what those articles answer, and would take their place.
    """
    titles = {_as_title(metadata_of(document)["title"]) for document in documents} - {""}
    every = (passage for document in documents for passage in passages(document, words=words))
    return [passage for passage in every if not _only_names(passage, titles)]


def passages(document: Document, *, words: int) -> list[Passage]:
    """Return the document's passages of about so many words, in reading order; lists of links to its site are none."""
    metadata = metadata_of(document)
    text = document.page_content
    return [
        Passage(
            id=f"{document.id}-{unit.start}",
            document_id=str(document.id),
            source=metadata["source"],
            title=metadata["title"],
            headings=(*section.headings, unit.header) if unit.header else section.headings,
            text=text[unit.start : unit.end],
            start=unit.start,
            end=unit.end,
            locale=metadata["locale"],
            product=metadata["product"],
            audience=metadata["audience"],
            updated=metadata["updated"],
            url=metadata["url"],
            anchor=section.anchor,
            page=unit.page,
            stale_since=metadata.get("stale_since", ""),
        )
        for section in _sections(text, metadata["blocks"], title=metadata["title"])
        if not all(_only_leads_on(block, text, url=metadata["url"]) for block in section.blocks)
        for unit in _packed(_units(text, section.blocks, words=words), text=text, words=words)
    ]


def _only_names(passage: Passage, titles: Set[str]) -> bool:
    lines = [_as_title(_ITEM_MARK.sub("", line)) for line in passage.text.splitlines() if line.strip()]
    own = _as_title(passage.title)
    return 2 * sum(line in titles and line != own for line in lines) > len(lines)


def _only_leads_on(block: Block, text: str, *, url: str) -> bool:
    """Whether a list item is nothing but a link to another page of the site that the document's address is of."""
    words = _ITEM_MARK.sub("", text[block["start"] : block["end"]])
    pages = [link for link in block.get("links", ()) if _is_page(link["url"], of=url)]
    return block["kind"] == "item" and [text[link["start"] : link["end"]] for link in pages] == [words]


def _is_page(address: str, *, of: str) -> bool:
    try:
        one, own = urlsplit(address), urlsplit(of)
    except ValueError:  # no address
        return False
    is_own = one.netloc in ("", own.netloc) and one.scheme in ("", "http", "https")
    return is_own and PurePosixPath(one.path).suffix in _PAGES


def _as_title(text: str) -> str:
    """Return the words alone: a list that names an article seldom repeats its question mark."""
    return " ".join(_WORD.findall(text)).casefold()


def embedded_text(passage: Passage) -> str:
    """Return the text whose vector stands for the passage: its headings tell what its words are about."""
    return "\n".join(dict.fromkeys((passage.title, " > ".join(passage.headings), passage.text))).strip()


def _sections(text: str, blocks: list[Block], *, title: str) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    anchor = ""
    below: list[Block] = []
    for block in blocks:
        if block["kind"] != "heading":
            below.append(block)
            continue
        if below:
            yield _Section(_headings(path, title=title), anchor, tuple(below))
            below = []
        path = [(depth, heading) for depth, heading in path if depth < block["depth"]]
        path.append((block["depth"], text[block["start"] : block["end"]]))
        anchor = block["anchor"]
    if below:
        yield _Section(_headings(path, title=title), anchor, tuple(below))
    elif blocks and all(block["kind"] == "heading" for block in blocks):
        yield _Section((), "", tuple(blocks))


def _headings(path: list[tuple[int, str]], *, title: str) -> tuple[str, ...]:
    return tuple(heading for _, heading in path if heading != title)


def _units(text: str, blocks: tuple[Block, ...], *, words: int) -> Iterator[_Unit]:
    """Yield the units of a section: a block, or a list with the block that introduces it."""
    group: list[Block] = []
    for block in blocks:
        starts_list = block["kind"] == "item" and len(group) == 1 and group[0]["kind"] == "text"
        goes_on = bool(group) and group[-1]["kind"] == "item" and block["kind"] in ("item", "code")
        if group and not (starts_list or goes_on):
            yield from _unit(text, group, words=words)
            group = []
        group.append(block)
    if group:
        yield from _unit(text, group, words=words)


def _unit(text: str, group: list[Block], *, words: int) -> Iterator[_Unit]:
    whole = _Unit(group[0]["start"], group[-1]["end"], group[0]["page"])
    if _length(text[whole.start : whole.end]) <= words * _STRETCH:
        yield whole
        return
    for block in group:
        header = _header(text, block)
        for span in _cut(text, block, words=words):
            goes_on = span.start > block["start"]
            yield _Unit(span.start, span.end, block["page"], header if goes_on else "")


def _header(text: str, block: Block) -> str:
    if block["kind"] != "table":
        return ""
    return text[block["start"] : block["end"]].partition("\n")[0][:_LONGEST_HEADER].strip(" |")


def _cut(text: str, block: Block, *, words: int) -> Iterator[Span]:
    """Cut what is too long at its sentences (a table or listing at its lines), and what is still too long anywhere."""
    whole = text[block["start"] : block["end"]]
    if _length(whole) <= words:
        yield Span(block["start"], block["end"])
        return
    for start, end in _lines(whole) if block["kind"] in ("table", "code") else sentences(whole):
        sentence = Span(block["start"] + start, block["start"] + end)
        step = max((end - start) * words // max(_length(text[sentence.start : sentence.end]), 1), 1)
        for begin in range(sentence.start, sentence.end, step):
            yield Span(begin, min(begin + step, sentence.end))


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield Span(start, start + len(line.rstrip()))
        start += len(line)


def _packed(units: Iterator[_Unit], *, text: str, words: int) -> Iterator[_Unit]:
    """Join neighbours while they stay within the length and on the page."""
    current: _Unit | None = None
    for unit in units:
        if current is None:
            current = unit
            continue
        joined = _Unit(current.start, unit.end, current.page, current.header)
        if unit.page == current.page and _length(text[joined.start : joined.end]) <= words:
            current = joined
            continue
        yield current
        current = unit
    if current is not None:
        yield current


def _length(text: str) -> int:
    """Return the length in words; a run of characters without a space counts for as many as it could hold."""
    return max(word_count(text), len(text) // _CHARACTERS_A_WORD)
