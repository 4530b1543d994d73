import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.invisible import visible


@pytest.mark.parametrize(
    ("text", "shown", "dropped"),
    [
        ("ig\u200bnore\u2060 this", "ignore this", 2),
        ("soft\u00adhyphen", "softhyphen", 1),
        ("\u202egnirts\u202c", "gnirts", 2),
        ("pay\u2066 me\u2069", "pay me", 2),
        ("hi\U000e0069\U000e0067\U000e006e", "hi", 3),
        ("a\ufe0f\U000e0101b", "ab", 2),
        ("\ufefftext", "text", 1),
        ("a\u200db", "ab", 1),
        ("a\u200eb", "ab", 1),
        ("\u3164name", "name", 1),
    ],
)
def test_what_nobody_sees_is_dropped_and_counted(text: str, shown: str, dropped: int) -> None:
    seen = visible(text)
    assert (seen.text, seen.dropped) == (shown, dropped)


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦 👩🏽‍💻 ❤️ ☎️ 1️⃣ 🏳️‍🌈",  # joined emoji, chosen presentations
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # the flag of Scotland
        "می\u200cخواهم",  # Persian with a non-joiner inside a word
        "क्\u200dष",  # Hindi with a joiner
        "שלום\u200f (a)",  # Hebrew with its mark before a bracket
        "葛\U000e0100飾",  # a variant of a Han character
        "plain, ünïcode, 繁體中文, العربية",
    ],
)
def test_what_scripts_and_emoji_need_stays(text: str) -> None:
    assert visible(text).text == text


@given(text=st.text())
def test_only_invisible_characters_are_dropped_and_none_is_left_to_drop(text: str) -> None:
    seen = visible(text)
    assert len(seen.text) + seen.dropped == len(text)
    assert [c for c in seen.text if unicodedata.category(c)[0] in "LNPS"] == [
        c for c in text if unicodedata.category(c)[0] in "LNPS" and visible(c).text
    ]
