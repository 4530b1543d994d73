import datetime
import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.shared import Pt

from ingest.errors import SourceError
from ingest.formats.word import reading

pytestmark = pytest.mark.slow  # unstructured takes seconds to import


def _saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _handbook() -> Document:
    document = docx.Document()
    document.core_properties.title = "The handbook"
    document.core_properties.modified = datetime.datetime(2026, 11, 2, 9, 30)
    document.sections[0].header.paragraphs[0].text = "Header"
    document.sections[0].footer.paragraphs[0].text = "Footer"
    document.add_heading("Handbook", 0)
    document.add_heading("Returns", 1)
    document.add_paragraph("Do this:")
    document.add_paragraph("Send it back.", style="List Number")
    document.add_paragraph("Wait.", style="List Number")
    document.add_paragraph("loose", style="List Bullet")
    document.add_paragraph("nested", style="List Bullet 2")
    document.add_heading("Prices", 2)
    table = document.add_table(rows=3, cols=2)
    for row, cells in zip(table.rows, [("Plan", "Price"), ("Free", "$0"), ("", "")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return document


def _end_page(document: Document, before: str, after: str) -> None:
    """Add a paragraph in which Word has left the mark of a page's end."""
    paragraph = document.add_paragraph(before)
    run = paragraph.add_run()
    run._r.append(OxmlElement("w:lastRenderedPageBreak"))
    run.add_text(after)


def test_headings_lists_and_tables_are_kept_in_their_places() -> None:
    assert [(piece.kind, piece.depth, piece.text) for piece in reading(_saved(_handbook())).pieces] == [
        ("heading", 1, "Handbook"),
        ("heading", 1, "Returns"),
        ("text", 0, "Do this:"),
        ("item", 1, "1. Send it back."),
        ("item", 1, "2. Wait."),
        ("item", 1, "- loose"),
        ("item", 2, "  - nested"),
        ("heading", 2, "Prices"),
        ("table", 0, "Plan | Price\nFree | $0"),
    ]


def test_title_and_date_come_from_its_properties() -> None:
    found = reading(_saved(_handbook()))
    assert (found.title, found.updated) == ("The handbook", "2026-11-02")


def test_a_file_without_properties_is_called_by_its_first_heading() -> None:
    document = _handbook()
    properties = next(id_ for id_, each in document.part.package.rels.items() if "core-properties" in each.reltype)
    document.part.package.rels.pop(properties)
    found = reading(_saved(document))
    assert (found.title, found.updated) == ("Handbook", "")


def test_without_word_s_marks_there_are_no_pages() -> None:
    document = _handbook()
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("After a page break that somebody typed.")
    assert {piece.page for piece in reading(_saved(document)).pieces} == {0}


def test_word_s_marks_tell_the_pages_and_a_paragraph_stays_whole() -> None:
    document = docx.Document()
    document.add_paragraph("On the first page.")
    _end_page(document, "This sentence goes", " on over the end.")
    document.add_paragraph("On the second page.")
    assert [(piece.page, piece.text) for piece in reading(_saved(document)).pieces] == [
        (1, "On the first page."),
        (1, "This sentence goes on over the end."),
        (2, "On the second page."),
    ]


def test_a_table_over_a_page_s_end_leaves_no_page_certain() -> None:
    document = docx.Document()
    _end_page(document, "One.", "Two.")
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.paragraphs[0].add_run()._r.append(OxmlElement("w:lastRenderedPageBreak"))
    cell.paragraphs[0].add_run("Cell")
    assert {piece.page for piece in reading(_saved(document)).pieces} == {0}


def _without_text(content: bytes) -> bytes:
    """Return a Word file with the part left out that holds its text."""
    return _changed(content, {"word/document.xml": None})


def _mangled(content: bytes) -> bytes:
    return _changed(content, {"word/document.xml": b"<w:document"})


def _bomb(content: bytes) -> bytes:
    return _changed(content, {"word/media/image1.png": bytes(201_000_000)})


def _changed(content: bytes, parts: dict[str, bytes | None]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        whole = {name: old.read(name) for name in old.namelist()}
        for name, part in {**whole, **parts}.items():
            if part is not None:
                new.writestr(name, part)
    return file.getvalue()


_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("spoiled", "reason", "remedy"),
    [
        (lambda _: b"", "damaged", "save it as a Word document"),
        (lambda content: content[: len(content) // 2], "damaged", "save it as a Word document"),
        (_without_text, "damaged", "save it as a Word document"),
        (_mangled, "damaged", "save it as a Word document"),
        (lambda _: _COMPOUND_FILE + b"WordDocument", "damaged", "save it as a Word document (.docx)"),
        (lambda _: _COMPOUND_FILE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "save it without one"),
        (_bomb, "too_large", "split it"),
    ],
)
def test_what_cannot_be_read_has_a_reason_and_a_remedy(
    spoiled: Callable[[bytes], bytes], reason: str, remedy: str
) -> None:
    with pytest.raises(SourceError) as raised:
        reading(spoiled(_saved(_handbook())))
    assert raised.value.reason == reason
    assert remedy in raised.value.detail


def test_text_that_word_hides_or_sets_too_small_to_see_is_left_out_and_counted() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Seen ")
    paragraph.add_run("orders").font.hidden = True
    paragraph.add_run("more").font.size = Pt(1)
    paragraph.add_run("and shown.").font.hidden = False
    paragraph.add_run(" Small.").font.size = Pt(6)
    found = reading(_saved(document))
    assert [piece.text for piece in found.pieces] == ["Seen and shown. Small."]
    assert found.hidden == 2
