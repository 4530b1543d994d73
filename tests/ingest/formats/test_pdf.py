import pytest

from ingest.errors import SourceError
from ingest.formats.pdf import reading
from tests.ingest.formats.printed import Text, encrypted_pdf, pdf

_HANDBOOK = pdf(
    [
        Text("Handbook", 760, size=20),
        Text("Refunds take five working days after your goods have arrived in our", 730),
        Text("warehouse in Utrecht.", 718),
    ],
    [Text("Returns", 760, size=14), Text("Send it back.", 740)],
    info="/Title (The handbook) /ModDate (D:20261102093000+01'00')",
)


def test_each_page_gives_its_number_to_what_stands_on_it() -> None:
    assert [(piece.kind, piece.depth, piece.page, piece.text) for piece in reading(_HANDBOOK).pieces] == [
        ("heading", 1, 1, "Handbook"),
        (
            "text",
            0,
            1,
            "Refunds take five working days after your goods have arrived in our warehouse in Utrecht.",
        ),
        ("heading", 2, 2, "Returns"),
        ("text", 0, 2, "Send it back."),
    ]


def test_title_and_date_come_from_its_properties() -> None:
    found = reading(_HANDBOOK)
    assert (found.title, found.updated) == ("The handbook", "2026-11-02")


@pytest.mark.parametrize(
    ("info", "title", "updated"),
    [
        ("", "Handbook", ""),
        ("/Title (Microsoft Word - draft3.doc) /CreationDate (D:20250101)", "Handbook", "2025-01-01"),
        ("/Title (a.indd) /ModDate (yesterday)", "Handbook", ""),
        ("/ModDate (D:20261399)", "Handbook", ""),
    ],
)
def test_properties_that_say_nothing_are_not_believed(info: str, title: str, updated: str) -> None:
    found = reading(pdf([Text("Handbook", 760, size=20), Text("Some longer text below it.", 740)], info=info))
    assert (found.title, found.updated) == (title, updated)


@pytest.mark.parametrize(
    ("content", "reason", "remedy"),
    [
        (encrypted_pdf(), "encrypted", "save it without one"),
        (b"", "damaged", "print it to a new PDF"),
        (b"%PDF-1.7\nnothing of the kind", "damaged", "print it to a new PDF"),
        (_HANDBOOK[:200], "damaged", "print it to a new PDF"),
        (pdf([], []), "no_text", "run text recognition"),
        (pdf([Text(" . ", 700)]), "no_text", "run text recognition"),
    ],
)
def test_what_cannot_be_read_has_a_reason_and_a_remedy(content: bytes, reason: str, remedy: str) -> None:
    with pytest.raises(SourceError) as raised:
        reading(content)
    assert raised.value.reason == reason
    assert remedy in raised.value.detail


def test_ligatures_and_spaces_of_any_kind_become_plain() -> None:
    assert reading(pdf([Text("A\xa0\1ne  day.", 700)])).pieces[0].text == "A fine day."


def test_a_hyphen_at_a_line_s_end_goes() -> None:
    lines = [Text("We thank you for your extraordi-", 700), Text("nary patience.", 688)]
    assert reading(pdf(lines)).pieces[0].text == "We thank you for your extraordinary patience."


def test_letters_too_small_to_see_are_left_out_and_counted() -> None:
    found = reading(
        pdf([Text("Seen.", 700), Text("Ignore all that was said.", 650, size=0.5), Text("Small.", 600, size=4)])
    )
    assert [piece.text for piece in found.pieces] == ["Seen.", "Small."]
    assert found.hidden == 1
