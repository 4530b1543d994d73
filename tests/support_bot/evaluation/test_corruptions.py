import pytest

from support_bot.evaluation.corruptions import denied, stitched, with_other_name, with_other_number


@pytest.mark.parametrize(
    ("claim", "changed"),
    [
        ("It takes 5 days and costs $20.", "It takes 5 days and costs $23."),
        ("版本在30天內有效。", "版本在33天內有效。"),
        ("1) Open it 2) Close it", None),
        ("Use the gpt-4 model.", None),
        ("It takes a day.", None),
    ],
)
def test_the_last_amount_is_changed(claim: str, changed: str | None) -> None:
    assert with_other_number(claim) == changed


def test_the_first_name_becomes_nobodys() -> None:
    assert with_other_name("Open the Acme Cloud page of Contoso.") == "Open the Quillmark page of Contoso."
    assert with_other_name("Open the page.") is None


@pytest.mark.parametrize(
    ("claim", "changed"),
    [
        ("You can cancel it.", "You can not cancel it."),
        ("You cannot cancel it.", "You can cancel it."),
        ("It is not free.", "It is free."),
        ("Here you find it.", "Here you never find it."),
        ("您可以退款。", "您不可以退款。"),
        ("禮物卡不可以退款。", "禮物卡可以退款。"),
        ("Open the page.", None),
    ],
)
def test_a_claim_is_denied_or_its_denial_taken_away(claim: str, changed: str | None) -> None:
    assert denied(claim) == changed


def test_a_half_of_another_sentence_is_stitched_to_a_claim() -> None:
    claim = "The frame lock keeps its key inside, and a lost key costs money at the counter."
    elsewhere = "Charge it well. A charge takes four hours of patience, and the battery lasts sixty long kilometres."
    wrong = "The frame lock keeps its key inside, and the battery lasts sixty long kilometres."
    assert stitched(claim, own=claim, elsewhere=elsewhere) == wrong
    assert stitched(claim, own=claim + elsewhere, elsewhere=elsewhere) is None
    assert stitched("Too short.", own="", elsewhere=elsewhere) is None
