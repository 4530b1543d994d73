import pytest

from support_bot.answering.checking.wording import OPPOSITES, comparable, content_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The colour is grey.", "Color: gray"),
        ("organise the catalogues", "Organized catalog"),
        ("pre-filled, fine-tuning, non-streaming", "prefilled finetuning nonstreaming"),
        ("improvement of reliability", "improve what is reliable"),
        ("classify", "classification"),
        ("LLMs and APIs", "LLM, API"),
        ("Tap the photo", "Click on the image"),
        ("設定帳號", "设定帐号"),
        ("It usually takes a day because of this", "It takes a day"),
    ],
)
def test_what_says_the_same_has_the_same_terms(one: str, other: str) -> None:
    assert content_in(one) == content_in(other) != []


def test_terms_keep_the_order_of_the_text() -> None:
    assert content_in("Bells ring before lamps glow.")[:2] == ["bell", "ring"]


def test_numbers_and_months_are_no_content() -> None:
    assert content_in("3 October 2024, 12 %") == []


def test_an_opposite_is_compared_as_what_it_denies() -> None:
    assert comparable("unavail") == comparable("avail")
    assert not OPPOSITES.keys() & set(OPPOSITES.values())
