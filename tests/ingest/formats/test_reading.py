import pytest

from ingest.formats.reading import runs_on, sensible_title


@pytest.mark.parametrize(
    "made_up",
    [
        None,
        "",
        "  ",
        "untitled",
        "Untitled document",
        "Document1",
        "Word Document",
        "PowerPoint Presentation",
        "Microsoft Word - prices.doc",
        "prices_final.indd",
        "(anonymous)",
        "2026-11-22",
        "caf\ufffd",
        "x" * 201,
    ],
)
def test_a_title_that_a_program_made_up_is_none(made_up: str | None) -> None:
    assert sensible_title(made_up) == ""


@pytest.mark.parametrize("title", ["Prices 2026", "Presentation skills", "How to open a .docx file", "退款說明"])
def test_a_title_that_a_person_wrote_is_kept(title: str) -> None:
    assert sensible_title(f" {title}\n") == title


@pytest.mark.parametrize(
    ("before", "after", "goes_on"),
    [
        ("the end of", "the page", True),
        ("the end.", "the page", False),
        ("(the end.)", "the page", False),
        ("do this:", "open it", False),
        ("the end of", "The page", False),
        ("結束。", "the page", False),
        ("the end of", "", False),
    ],
)
def test_a_paragraph_runs_on_if_neither_part_is_whole(before: str, after: str, goes_on: bool) -> None:
    assert runs_on(before, after) is goes_on
