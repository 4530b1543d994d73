import pytest

from ingest.errors import SourceError
from ingest.formats.page import page


def _html(text: str, media_type: str = "text/html") -> str:
    return page(text, media_type=media_type).html


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>unseen()</script>",
        "<style>unseen {}</style>",
        "<nav>unseen</nav>",
        "<p hidden>unseen</p>",
        '<p style="color: red; DISPLAY : none">unseen</p>',
        '<div aria-hidden="true">unseen</div>',
        "<header>unseen</header>",
        "<footer>unseen</footer>",
        "<!-- unseen -->",
        "<template><p>unseen</p></template>",
    ],
)
def test_what_a_reader_does_not_see_is_left_out(unseen: str) -> None:
    shown = _html(f"<html><body>{unseen}<p>seen</p></body></html>")
    assert "seen" in shown
    assert "unseen" not in shown


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "font-size: 0",
        "font-size:1px;",
        "font-size:.01em",
        "opacity: 0",
        "opacity:0.0",
        "color: #FFF !important",
        "margin:0; color:rgb(255, 255, 255)",
        "position:absolute; left:-9999px",
        "text-indent:-999em",
        "clip-path: inset(50%)",
    ],
)
def test_text_that_a_style_hides_is_left_out_and_counted(style: str) -> None:
    shown = page(f'<body><p style="{style}">unseen</p><p>seen</p></body>', media_type="text/html")
    assert "unseen" not in shown.html
    assert shown.hidden == 1


@pytest.mark.parametrize(
    "style",
    [
        "font-size:10px",
        "font-size:1.2em",
        "opacity:0.5",
        "opacity:1",
        "color:#ffe",
        "background-color:white",
        "background:#036;color:white",
        "left:-10px",
    ],
)
def test_text_that_a_style_only_changes_stays(style: str) -> None:
    shown = page(f'<body><p style="{style}">seen</p></body>', media_type="text/html")
    assert "seen" in shown.html
    assert shown.hidden == 0


def test_white_text_on_a_dark_ground_stays() -> None:
    assert "seen" in _html('<body><div style="background:#036"><p style="color:#fff">seen</p></div></body>')


def test_the_main_part_is_the_page() -> None:
    shown = _html(
        "<body><div>menu</div><main><header><h1>Title</h1></header><aside>Note</aside></main><p>after</p></body>"
    )
    assert "Title" in shown
    assert "Note" in shown
    assert "menu" not in shown
    assert "after" not in shown


def test_text_after_a_removed_element_stays() -> None:
    assert "kept" in _html("<body><p><script>x</script>kept</p></body>")


def test_ordered_items_carry_their_numbers() -> None:
    shown = _html("1. First\n2. Second\n\n   More of it.\n\n3. Third\n", "text/markdown")
    assert [number in shown for number in ("1. First", "2. Second", "3. Third")] == [True] * 3


def test_an_ordered_list_may_start_anywhere() -> None:
    assert "4. four" in _html("<ol start=4><li>four</li></ol>")


def test_folded_parts_are_seen() -> None:
    shown = _html("<details><summary>Question</summary><p>Answer</p></details><figure><p>Chart</p></figure>")
    assert "<h6>Question</h6>" in shown
    assert "Answer" in shown
    assert "Chart" in shown


def test_a_list_in_html_that_is_indented_in_markdown_is_a_list_and_other_indented_lines_are_code() -> None:
    shown = _html("First:\n\n    <ol>\n      <li>Press it</li>\n    </ol>\n\nThen:\n\n    run --now\n", "text/markdown")
    assert "1. Press it" in shown
    assert "&lt;" not in shown
    assert "<code>run --now" in shown


def test_headings_have_the_anchors_that_their_page_gives_them() -> None:
    shown = page(
        '<h1 id="top">A</h1><h2><a id="in"></a>B</h2><h2></h2><h3>Über uns!</h3><h3>Über uns!</h3>',
        media_type="text/html",
    )
    assert shown.anchors == ("top", "in", "über-uns", "über-uns-1")


def test_a_heading_within_a_table_is_none() -> None:
    shown = page("<h1>T</h1><table><tr><td><h2>Cell</h2></td></tr></table><h2>Real</h2>", media_type="text/html")
    assert shown.anchors == ("t", "real")


def test_title_and_language_come_from_the_page() -> None:
    shown = page(
        '<html lang="de"><head><title> Ein \n Titel </title></head><body>x</body></html>', media_type="text/html"
    )
    assert (shown.title, shown.locale) == ("Ein Titel", "de")


def test_plain_text_is_not_read_as_mark_up() -> None:
    shown = _html("a < b & *c*\n\n# not a heading", "text/plain")
    assert "a &lt; b &amp; *c*" in shown
    assert "<h1>" not in shown


def test_control_characters_are_left_out() -> None:
    assert "\x00" not in _html("a\x00b\x08", "text/markdown")


@pytest.mark.parametrize(
    "text", ["", "   ", "<", "<!-- -->", "<?xml version='1.0' encoding='utf-8'?><p>x</p>", "</p></div>"]
)
def test_broken_mark_up_is_a_page_or_has_no_text(text: str) -> None:
    try:
        _html(text)
    except SourceError as error:
        assert error.reason == "no_text"
