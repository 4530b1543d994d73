import io

import pptx
import pytest
from pptx.util import Inches

from ingest.errors import SourceError
from ingest.formats.reading import Piece
from ingest.formats.slides import reading


def _presentation() -> bytes:
    presentation = pptx.Presentation()
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "Returns"
    body = first.placeholders[1].text_frame
    body.text = "Send it back"
    nested = body.add_paragraph()
    nested.text, nested.level = "within 30 days", 1
    first.notes_slide.notes_text_frame.text = "Say this aloud"
    second = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = second.shapes.add_table(2, 2, 0, Inches(3), Inches(4), Inches(1)).table
    for row, cells in enumerate((("Plan", "Price"), ("Pro", "$5"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(4), Inches(1)).text_frame.text = "Above it"
    third = presentation.slides.add_slide(presentation.slide_layouts[6])
    third.shapes.add_textbox(0, 0, Inches(4), Inches(1)).text_frame.text = "Not shown"
    third.element.set("show", "0")
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def test_slides_become_pieces_with_their_number_as_the_page() -> None:
    found = reading(_presentation())
    assert found.pieces == (
        Piece("heading", "Returns", depth=1, page=1),
        Piece("item", "- Send it back", depth=1, page=1),
        Piece("item", "  - within 30 days", depth=2, page=1),
        Piece("text", "Above it", page=2),
        Piece("table", "Plan | Price\nPro | $5", page=2),
    )
    assert (found.title, found.hidden) == ("Returns", 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", _presentation()[:-200]])
def test_half_a_file_is_damaged(content: bytes) -> None:
    with pytest.raises(SourceError, match="damaged: it is not a complete PowerPoint file"):
        reading(content)
