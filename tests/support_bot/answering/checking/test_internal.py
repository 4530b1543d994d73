"""What only an internal passage says stands in a draft with a mark of that passage, or not at all."""

from dataclasses import replace

import pytest

from knowledge.passage import Passage
from support_bot.answering.decoder import VerifiedDecoder
from tests.knowledge.passages import passage

_REFUNDS = "Refunds are paid within 14 days after the return arrives."
_VOUCHERS = (
    "VIP customers get a goodwill voucher with the code GOLD77. Finance approves refunds by hand above 500 euros."
)
_退款 = "退款會在14天內退回原付款方式。"
_優惠 = "貴賓可以領取補償優惠券，由財務主管人工核准退款。"


def _passages(public: str = _REFUNDS, internal: str = _VOUCHERS) -> tuple[Passage, Passage]:
    return (
        replace(passage(public, id_="public-0", title="Refunds"), audience="public"),
        replace(passage(internal, id_="internal-0", title="Vouchers"), audience="internal"),
    )


def _decoded(text: str, *passages: Passage) -> VerifiedDecoder:
    decoder = VerifiedDecoder(passages, own_names=("Acme",))
    decoder.feed(text)
    decoder.flush()
    return decoder


@pytest.mark.parametrize(
    "opening",
    [
        "With the code GOLD77 for VIP customers:\n- ",
        "With the code GOLD77:\n1. ",
        "## Goodwill voucher GOLD77 for VIP customers\n\n",
        "**Finance approves refunds above 500 euros by hand**\n\n",
        "## GOLD77\n\n",
        "Do you have the code GOLD77?\n\n",
    ],
)
def test_what_leads_to_a_public_claim_is_internal_only_with_a_mark(opening: str) -> None:
    decoder = _decoded(f"{opening}{_REFUNDS} [1]", *_passages())
    assert _REFUNDS.removesuffix(".") in decoder.text
    for said in ("GOLD77", "by hand"):
        place = decoder.text.find(said)
        marked = [each.passage.audience for each in decoder.citations if each.answer_start <= place < each.answer_end]
        assert place < 0 or marked == ["internal"], decoder.text


@pytest.mark.parametrize(
    ("claim", "passages", "quote"),
    [
        (
            "Refunds are paid by hand by finance within 14 days after the return arrives",
            _passages(),
            "Finance approves refunds by hand above 500 euros.",
        ),
        ("財務主管的退款會在14天內退回原付款方式", _passages(_退款, _優惠), _優惠),
    ],
)
@pytest.mark.parametrize("marks", ["[1]", "[1][2]", ""])
def test_a_public_claim_with_words_of_an_internal_passage_cites_that_too(
    claim: str, passages: tuple[Passage, Passage], quote: str, marks: str
) -> None:
    decoder = _decoded(f"{claim} {marks}\n", *passages)
    assert [each.passage.audience for each in decoder.citations] == ["public", "internal"]
    assert decoder.citations[1].quote == quote


@pytest.mark.parametrize(
    ("claim", "passages"),
    [
        ("Acme pays refunds within 14 days after your return has arrived.", _passages()),
        ("退款會在14天內退回您原本的付款方式。", _passages(_退款, _優惠)),
    ],
)
def test_a_claim_in_other_words_than_its_public_passage_stays_public(
    claim: str, passages: tuple[Passage, Passage]
) -> None:
    decoder = _decoded(claim, *passages)
    assert [each.passage.audience for each in decoder.citations] == ["public"]


def test_a_lead_in_that_says_nothing_of_its_own_leads_to_internal_steps() -> None:
    decoder = _decoded("At Acme, follow these steps:\n1. Finance approves refunds by hand [1].", _passages()[1])
    assert decoder.text == "At Acme, follow these steps:\n1. Finance approves refunds by hand. [1]"
