import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats.layout import Line, pieces_of


def _page(*lines: str | tuple[str, float], page: int = 1, left: float = 72, size: float = 10) -> list[Line]:
    """Return a page's lines 12 points apart; a number beside a line is the gap above it."""
    placed, y = list[Line](), 800.0
    for line in lines:
        text, gap = (line, 12.0) if isinstance(line, str) else line
        y -= gap
        placed.append(Line(text, page=page, left=left, right=left + 5 * len(text), bottom=y, size=size))
    return placed


def _texts(*pages: list[Line]) -> list[str]:
    return [piece.text for piece in pieces_of(pages)]


def _line(text: str, y: float, *, left: float = 72, right: float = 500, size: float = 10, page: int = 1) -> Line:
    return Line(text, page=page, left=left, right=right, bottom=y, size=size)


def test_lines_are_joined_into_paragraphs() -> None:
    lines = _page("The first paragraph has", "two lines of text.", ("The second has one.", 24))
    assert _texts(lines) == ["The first paragraph has two lines of text.", "The second has one."]


def test_an_indented_line_begins_a_paragraph_after_a_sentence() -> None:
    lines = [_line("One sentence.", 700), _line("Another one", 688, left=84), _line("goes on.", 676)]
    assert _texts(lines) == ["One sentence.", "Another one goes on."]


def test_a_short_line_that_ends_a_sentence_ends_its_paragraph() -> None:
    lines = [_line("A line as wide as the page, which", 700), _line("ends.", 688, right=100), _line("New.", 676)]
    assert _texts(lines) == ["A line as wide as the page, which ends.", "New."]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("an extraordi-", "nary day", "an extraordinary day"),
        ("an extraordi\u00ad", "nary day", "an extraordinary day"),
        ("the e-mail and the e-", "mail", "the e-mail and the e-mail"),
        ("a state-of-the-", "art tool", "a state-of-the-art tool"),
        ("the Anglo-", "Saxon", "the Anglo-Saxon"),
        ("pages 10-", "20", "pages 10-20"),
        ("a soft\u00adhyphen", "inside", "a softhyphen inside"),
        ("this –", "that", "this – that"),
        ("退款需要五個工作", "天。", "退款需要五個工作天。"),
        ("使用 Support", "Bot", "使用 Support Bot"),
    ],
)
def test_a_line_s_end_is_not_seen_in_the_text(first: str, second: str, joined: str) -> None:
    assert _texts(_page(first, second)) == [joined]


def test_larger_letters_make_headings_and_their_sizes_the_levels() -> None:
    lines = [
        _line("Guide", 800, size=24),
        _line("A heading that", 760, size=16),
        _line("runs on", 742, size=16),
        _line("The text below is by far the longest of all the lines that stand on this page.", 720),
        _line("A remark in letters hardly larger.", 700, size=11),
        _line("A large sentence, which is no heading.", 660, size=16),
    ]
    assert [(piece.kind, piece.depth, piece.text) for piece in pieces_of([lines])] == [
        ("heading", 1, "Guide"),
        ("heading", 2, "A heading that runs on"),
        ("text", 0, "The text below is by far the longest of all the lines that stand on this page."),
        ("text", 0, "A remark in letters hardly larger."),
        ("text", 0, "A large sentence, which is no heading."),
    ]


def test_marks_and_numbers_make_list_items() -> None:
    lines = [
        _line("Do this:", 700),
        _line("1. Open the lid and", 688, left=80),
        _line("look inside.", 676, left=92),
        _line("2) Close it.", 664, left=80),
        _line("• inner", 652, left=100),
        _line("- a dash", 640, left=80),
        _line("a) a letter", 628, left=80),
        _line("After the list.", 604),
    ]
    assert [(piece.kind, piece.depth, piece.text) for piece in pieces_of([lines])] == [
        ("text", 0, "Do this:"),
        ("item", 1, "1. Open the lid and look inside."),
        ("item", 1, "2. Close it."),
        ("item", 2, "  - inner"),
        ("item", 1, "- a dash"),
        ("item", 1, "- a) a letter"),
        ("text", 0, "After the list."),
    ]


def test_a_sentence_goes_on_over_a_page_s_end() -> None:
    first = _page("This sentence does not", "end on its")
    second = _page("page but here.", ("A new one.", 30), page=2)
    assert [(piece.page, piece.text) for piece in pieces_of([first, second])] == [
        (1, "This sentence does not end on its page but here."),
        (2, "A new one."),
    ]


def test_a_sentence_goes_on_in_the_next_column() -> None:
    lines = [_line("The left column ends", 100, right=280), _line("in the right one.", 700, left=300)]
    assert _texts(lines) == ["The left column ends in the right one."]


@pytest.mark.parametrize("footer", ["Page {0} of 3", "{0}", "– {0} –", "Handbook"])
def test_headers_and_footers_of_most_pages_are_left_out(footer: str) -> None:
    pages = [
        [
            _line("Acme Corporation", 820, page=page),
            *_page(f"Text number {text}.", page=page),
            _line(footer.format(page), 30, page=page),
        ]
        for page, text in enumerate(["one", "two", "three"], start=1)
    ]
    assert _texts(*pages) == ["Text number one.", "Text number two.", "Text number three."]


def test_what_two_pages_share_is_kept() -> None:
    pages = [[_line("Note", 820, page=page), _line(f"Text {page}.", 700, page=page)] for page in (1, 2)]
    assert _texts(*pages) == ["Note", "Text 1.", "Note", "Text 2."]


def test_pages_without_lines_have_no_pieces() -> None:
    assert pieces_of([[], []]) == ()


@given(
    st.lists(
        st.builds(
            _line,
            st.text(alphabet="ab1.-•\u00ad 字", min_size=1, max_size=20).map(str.strip).filter(bool),
            st.floats(0, 800),
            left=st.floats(0, 300),
            right=st.floats(300, 600),
            size=st.sampled_from([0.0, 8.0, 10.0, 20.0]),
        ),
        max_size=12,
    )
)
def test_no_letter_of_a_page_is_lost(lines: list[Line]) -> None:
    def letters(text: str) -> str:
        return "".join(character for character in text if character.isalpha())

    assert letters("".join(_texts(lines))) == letters("".join(line.text for line in lines))
