import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_bot.answering.checking.claims import LONGEST, ClaimSplitter, Group

MARKDOWN = st.lists(
    st.sampled_from(
        [
            "word",
            "a",
            " ",
            "\n",
            "\n\n",
            ". ",
            "! ",
            "。",
            "[1]",
            "[2, 3]",
            "【1】",
            "[",
            "]",
            "- ",
            "1. ",
            "# ",
            "`",
            "```",
            "| x |",
            "|--|\n",
            "e.g. ",
            "**",
            "> ",
            "退款",
            "(",
            ")",
            "\t",
            "---",
            "[x]: http://y",
        ]
    ),
    max_size=40,
).map("".join)


def groups_of(*feeds: str) -> list[Group]:
    splitter = ClaimSplitter()
    return [group for text in feeds for group in splitter.feed(text)] + splitter.flush()


def texts(text: str) -> list[str]:
    return [piece.text for group in groups_of(text) for piece in group]


def cited(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(piece.text, piece.cited) for group in groups_of(text) for piece in group]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Open it [1]. Close it [2].", [("Open it.", (1,)), ("Close it.", (2,))]),
        ("Open it. [1] Close it.[2][3]", [("Open it.", (1,)), ("Close it.", (2, 3))]),
        ("Open it [1, 2].", [("Open it.", (1, 2))]),
        ("Open it [1] or [2] close it.", [("Open it or close it.", (1, 2))]),
        ("可以退款。【1】請申請【2】。", [("可以退款。", (1,)), ("請申請。", (2,))]),
        ("可以【1†source】。", [("可以。", (1,))]),
        ("Open it settings[1].", [("Open it settings.", (1,))]),
        ("Read a[1] and my_list[2].", [("Read a[1] and my_list[2].", ())]),
        ("Run `x [1]. y` now.", [("Run `x [1]. y` now.", ())]),
        ("Open it [1](https://x.test).", [("Open it.", (1,))]),
        ("Open it [1]. [2] Close it.", [("Open it.", (1,)), ("Close it.", (2,))]),
        ("Open it [1]... Close it [2].", [("Open it.", (1,)), ("..", ()), ("Close it.", (2,))]),
    ],
)
def test_citation_marks_go_with_their_sentence(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert cited(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs $3.50, e.g. in May. Yes.", ["It costs $3.50, e.g. in May.", "Yes."]),
        ("Three\nlines\n\nhere", ["Three", "lines", "here"]),
        ("**Save it.** Then go.", ["**Save it.**", "Then go."]),
        ("Before\n\n---\n\nafter", ["Before", "after"]),
        ("[1]: https://x.test\nText", ["Text"]),
        ("[1]", []),
    ],
)
def test_text_is_cut_into_sentences(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_a_sentence_is_ready_once_the_next_one_begins() -> None:
    splitter = ClaimSplitter()
    assert splitter.feed("Open it. ") == []
    assert splitter.feed("[1") == []
    assert splitter.feed("] ") == []
    [[piece]] = splitter.feed("N")
    assert (piece.text, piece.cited) == ("Open it.", (1,))


@pytest.mark.parametrize(
    "text", ["Open plan A [1].", "Open it [1][2]?", "**Open it** [1, 2].", "可以退款【1】。", "可以 [1]！"]
)
def test_a_sentence_that_ends_in_a_mark_and_a_stop_is_ready_at_once(text: str) -> None:
    assert len(ClaimSplitter().feed(text)) == 1


@pytest.mark.parametrize(
    "text", ["Open it. [1]", "Open it [1]", "Read a[1].", "**Open it [1].", "“Open it [1].", "(Open it [1].", "`x [1]."]
)
def test_a_sentence_that_may_go_on_waits_for_more(text: str) -> None:
    assert ClaimSplitter().feed(text) == []


def test_what_follows_a_sentence_that_was_ready_keeps_its_space() -> None:
    assert [piece.is_spaced for [piece] in groups_of("Open it [1].", " Close it [1].", "Go [1].")] == [
        False,
        True,
        False,
    ]


def test_a_line_keeps_what_opens_it() -> None:
    opened = [(piece.marker, piece.text) for [piece] in groups_of("## Title here\n- One. Two.\n> Quote")]
    assert opened == [("## ", "Title here"), ("- ", "One."), ("- ", "Two."), ("> ", "Quote")]


def test_a_numbered_procedure_is_one_group() -> None:
    text = "Do this:\n\n1. Open it. Wait.\n   - Any way.\n\n2. Run:\n```\nacme login\n```\n3. Save.\n\nThen rest."
    assert [len(group) for group in groups_of(text)] == [1, 6, 1]


@pytest.mark.parametrize("step", ["1. ", "1) ", "(1) ", "一、", "1、", "Step 1: ", "**Step 1:** ", "步驟一：", "（1）"])
def test_steps_are_known_however_they_are_numbered(step: str) -> None:
    [group] = groups_of(f"{step}Open it\n{step}Save it")
    assert [piece.text for piece in group] == ["Open it", "Save it"]


def test_a_code_block_is_one_piece() -> None:
    [[code]] = groups_of("```sh\nacme login\n\nacme a[1]. Run.\n```\n")
    assert (code.kind, code.text) == ("code", "```sh\nacme login\n\nacme a[1]. Run.\n```")


def test_a_mark_behind_the_last_fence_leaves_the_block_closed() -> None:
    [[code], [after]] = groups_of("```\nacme login\n``` [1]\n\nThen rest. [1]")
    assert (code.text, after.text) == ("```\nacme login\n```", "Then rest.")


def test_an_unclosed_code_block_is_closed_at_the_end() -> None:
    [[code]] = groups_of("~~~\nacme login")
    assert code.text == "~~~\nacme login\n~~~"


def test_a_table_is_a_header_and_rows() -> None:
    pieces = [piece for [piece] in groups_of("| Plan | Price |\n|---|---|\n| Pro | $20 [1] |\n| Basic | $10 |")]
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("header", "| Plan | Price |\n|---|---|"),
        ("row", "| Pro | $20 |"),
        ("row", "| Basic | $10 |"),
    ]


def test_a_first_row_without_divider_is_a_row() -> None:
    assert [piece.kind for [piece] in groups_of("| Pro | $20 |\n\nText")] == ["row", "sentence"]


def test_a_bold_line_is_a_heading() -> None:
    assert [piece.kind for [piece] in groups_of("**Refunds**\n**Note:** this")] == ["heading", "sentence"]


def test_a_sentence_without_end_is_cut() -> None:
    text = "x" * (2 * LONGEST + 10)
    assert [len(piece.text) for [piece] in groups_of(text)] == [LONGEST, LONGEST, 10]


@given(text=MARKDOWN)
def test_feeding_character_by_character_makes_no_difference(text: str) -> None:
    assert groups_of(*text) == groups_of(text)


@given(before=st.integers(LONGEST - 12, LONGEST + 2), text=MARKDOWN)
def test_where_a_sentence_is_cut_feeding_character_by_character_makes_no_difference(before: int, text: str) -> None:
    opening = "x" * before
    assert groups_of(opening, *text) == groups_of(opening + text)


@given(st.text())
def test_any_text_is_split(text: str) -> None:
    assert groups_of(*text) == groups_of(text)
