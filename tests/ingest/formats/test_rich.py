import pytest

from ingest.errors import SourceError
from ingest.formats.rich import reading


def test_paragraphs_lists_and_tables_are_kept_and_hidden_text_left_out() -> None:
    found = reading(
        rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 Hello \b bold\b0  world.\par {\v orders}It costs \u8364? 5.\par"
        rb"{\listtext\'b7\tab}one\par {\listtext 2.\tab}two\par"
        rb"\trowd\cellx1\cellx2 Plan\cell Price\cell\row \trowd\cellx1\cellx2 Free\cell 0\cell\row \pard End.\par}"
    )
    assert [(piece.kind, piece.text) for piece in found.pieces] == [
        ("text", "Hello bold world."),
        ("text", "It costs € 5."),
        ("item", "- one"),
        ("item", "2. two"),
        ("table", "Plan | Price\nFree | 0"),
        ("text", "End."),
    ]
    assert found.hidden == 1


def test_what_does_not_begin_as_rich_text_is_damaged() -> None:
    with pytest.raises(SourceError, match="damaged: it is not rich text"):
        reading(b"plain")
