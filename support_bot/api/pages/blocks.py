"""Turn a stored document's blocks into HTML: headings, paragraphs, nested lists, tables, listings; all text escaped."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from knowledge.documents import Block, Link

_FENCED = re.compile(r"(`{3,})[^\n]*\n(.*?)\n?\1\s*", re.DOTALL)
_SIGN = re.compile(r"\s*(?:- |((?:\d+\.)+) )")  # before a list item, as the document's text has it
_CELL_END = " | "


class Marker:
    """Escapes parts of a document's text; what of them is cited stands in `mark`, the first of these with an id.

    `links` are those that a reader may follow, in reading order.
    """

    def __init__(self, text: str, *, start: int, end: int, links: Sequence[Link] = ()) -> None:
        self.text = text
        self.has_marked = False
        self._start, self._end = start, end
        self._links = links
        self._ends = [link["end"] for link in links]

    def html(self, start: int, end: int) -> str:
        """Return a part of the text as HTML."""
        written, place = "", start
        for number in range(bisect_right(self._ends, start), len(self._links)):
            link = self._links[number]
            if link["start"] >= end:
                break
            begin, stop = max(link["start"], place), min(link["end"], end)
            written += self._marked(place, begin)
            written += f'<a href="{escape(link["url"])}" rel="noopener nofollow">{self._marked(begin, stop)}</a>'
            place = stop
        return written + self._marked(place, end)

    def _marked(self, start: int, end: int) -> str:
        begin, stop = max(start, self._start), min(end, self._end)
        if not self.text[begin:stop].strip():
            return escape(self.text[start:end])
        anchor = "" if self.has_marked else ' id="cited"'
        self.has_marked = True
        cited = f"<mark{anchor}>{escape(self.text[begin:stop])}</mark>"
        return f"{escape(self.text[start:begin])}{cited}{escape(self.text[stop:end])}"


def elements(blocks: Sequence[Block], *, marker: Marker, title: str, page_label: str) -> Iterator[str]:
    """Yield the elements of a document, its title first; `page_label` has a place for a page's number."""
    has_title = bool(blocks) and blocks[0]["kind"] == "heading" and _text(blocks[0], marker) == title
    yield f"<h1>{marker.html(blocks[0]['start'], blocks[0]['end']) if has_title else escape(title)}</h1>"
    rest = blocks[has_title:]
    outermost = min((block["depth"] for block in rest if block["kind"] == "heading"), default=2)
    page = 0
    for (is_item, on_page), group in groupby(rest, key=lambda block: (block["kind"] == "item", block["page"])):
        if on_page > page:
            page = on_page
            yield f'<p class="page">{page_label.format(page)}</p>'
        if is_item:
            yield from _lists(list(group), marker)
        else:
            yield from (_element(block, marker, deeper=2 - outermost) for block in group)


def _text(block: Block, marker: Marker) -> str:
    return marker.text[block["start"] : block["end"]]


def _element(block: Block, marker: Marker, *, deeper: int) -> str:
    start, end = block["start"], block["end"]
    match block["kind"]:
        case "heading":
            level = min(block["depth"] + deeper, 6)
            # The id that leads to the mark is not to be had by a heading.
            anchor = f' id="{escape(block["anchor"])}"' if block["anchor"] not in ("", "cited") else ""
            return f"<h{level}{anchor}>{marker.html(start, end)}</h{level}>"
        case "code":
            return _listing(start, end, marker)
        case "table":
            return _table(start, end, marker)
        case _:
            return f"<p>{marker.html(start, end)}</p>"


def _listing(start: int, end: int, marker: Marker) -> str:
    if fenced := _FENCED.fullmatch(marker.text, start, end):
        start, end = fenced.span(2)
    return f'<pre tabindex="0"><code>{marker.html(start, end)}</code></pre>'


def _table(start: int, end: int, marker: Marker) -> str:
    """Return a table, or its lines as they are when one has more cells than the first: which is which is lost then."""
    rows = [list(_cells(*line.span(), marker.text)) for line in re.compile(r"[^\n]+").finditer(marker.text, start, end)]
    if not rows or any(len(row) > len(rows[0]) for row in rows):
        return f'<pre tabindex="0">{marker.html(start, end)}</pre>'
    head, *body = [[marker.html(*cell) for cell in row] for row in rows]
    columns = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    table = f"<table>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{lines}\n</tbody></table>"
    return f'<div class="table" tabindex="0">{table}</div>'


def _cells(start: int, end: int, text: str) -> Iterator[tuple[int, int]]:
    while (stop := text.find(_CELL_END, start, end)) >= 0:
        yield start, stop
        start = stop + len(_CELL_END)
    yield start, end


def _lists(items: Sequence[Block], marker: Marker) -> Iterator[str]:
    """Yield the lists that items make; an item deeper than the first belongs to the one before it."""
    nests: list[list[Block]] = []
    for item in items:
        if nests and item["depth"] > items[0]["depth"]:
            nests[-1].append(item)
        else:
            nests.append([item])
    for tag, run in groupby(nests, key=lambda nest: "ol" if _number(nest[0], marker.text) else "ul"):
        yield f"<{tag}>\n" + "\n".join(_item(nest, marker) for nest in run) + f"\n</{tag}>"


def _item(nest: list[Block], marker: Marker) -> str:
    item, *deeper = nest
    number = _number(item, marker.text)
    value = f' value="{number}"' if number else ""
    sign = _SIGN.match(marker.text, item["start"], item["end"])
    content = marker.html(sign.end() if sign else item["start"], item["end"])
    nested = "".join(f"\n{each}" for each in _lists(deeper, marker)) if deeper else ""
    return f"<li{value}>{content}{nested}</li>"


def _number(item: Block, text: str) -> str:
    """Return an item's own number, "" for one that has none."""
    sign = _SIGN.match(text, item["start"], item["end"])
    return sign[1].rstrip(".").rsplit(".", 1)[-1] if sign and sign[1] else ""
