"""Turn a PowerPoint file's bytes into a reading: each slide's title, texts, lists and tables, without its notes.

This is the one module that knows python-pptx.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ingest.formats.package import whole
from ingest.formats.reading import Piece, Reading, first_heading, sensible_title, table

if TYPE_CHECKING:
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide
    from pptx.text.text import TextFrame

_REMEDY = "open it in PowerPoint and save it as a presentation (.pptx)"


def reading(content: bytes) -> Reading:
    """Return what a presentation holds; a page is a slide. Hidden slides are left out and counted."""
    import pptx

    with whole(content, kind="PowerPoint file", remedy=_REMEDY):
        presentation = pptx.Presentation(BytesIO(content))
        slides = list(enumerate(presentation.slides, start=1))
        shown = [(number, slide) for number, slide in slides if slide.element.get("show") not in ("0", "false")]
        pieces = tuple(piece for number, slide in shown for piece in _slide_pieces(slide, page=number))
        properties = presentation.core_properties
        title, modified = sensible_title(properties.title), properties.modified
    return Reading(
        pieces,
        title=title or first_heading(pieces),
        updated=modified.date().isoformat() if modified else "",
        hidden=len(slides) - len(shown),
    )


def _slide_pieces(slide: "Slide", *, page: int) -> Iterator[Piece]:
    title = slide.shapes.title
    if title is not None and title.text_frame.text.strip():
        yield Piece("heading", " ".join(title.text_frame.text.split()), depth=1, page=page)
    for shape in _in_reading_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape_pieces(shape, page=page)


def _in_reading_order(shapes: "Iterable[BaseShape]") -> "list[BaseShape]":
    """Return the shapes from the top down, and from left to right."""
    return sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0))


def _shape_pieces(shape: Any, *, page: int) -> Iterator[Piece]:
    from pptx.shapes.group import GroupShape

    if isinstance(shape, GroupShape):
        for inner in _in_reading_order(shape.shapes):
            yield from _shape_pieces(inner, page=page)
    elif getattr(shape, "has_table", False):
        rows = ([cell.text_frame.text for cell in row.cells] for row in shape.table.rows)
        text = table(rows).text
        if text:
            yield Piece("table", text, page=page)
    elif shape.has_text_frame:
        # The body of a slide is a list unless its only paragraph says otherwise.
        yield from _paragraphs(shape.text_frame, is_list=shape.is_placeholder, page=page)


def _paragraphs(frame: "TextFrame", *, is_list: bool, page: int) -> Iterator[Piece]:
    written = [(each.level + 1, " ".join(each.text.split())) for each in frame.paragraphs if each.text.strip()]
    for depth, text in written:
        if is_list and len(written) > 1:
            yield Piece("item", f"{'  ' * (depth - 1)}- {text}", depth=depth, page=page)
        else:
            yield Piece("text", text, page=page)
