from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.audience import Audience
from knowledge.passage import Passage
from support_bot.answering.decoder import VerifiedDecoder, Withheld
from support_bot.answering.events import AnswerEvent, Citation, Delta, Sources

PUBLIC: Audience = "public"


def passage(text: str, *, title: str, start: int = 0, url: str = "") -> Passage:
    return Passage(
        id=f"{title}-{start}",
        document_id=title,
        source=f"{title}.md",
        title=title,
        headings=(),
        text=text,
        start=start,
        end=start + len(text),
        locale="en",
        product="",
        audience=PUBLIC,
        updated="",
        url=url,
        anchor="",
        page=0,
    )


PASSWORDS = passage(
    "To reset your password, open Settings and choose Security. Click Reset password.\n"
    "We send an email with a link, which is valid for 30 minutes.",
    title="Reset your password",
    start=100,
)
REFUNDS = passage(
    "Refunds are paid within 5 business days to the card you used. Gift cards cannot be refunded.\n"
    "Install the client:\npip install acme\nacme login\nSee https://acme.test/refunds for more.\n"
    "| Plan | Price |\n| Pro | $20 a month |\n| Basic | $10 a month |",
    title="Refunds and plans",
)
退款說明 = passage("您可以在三十天內申請退款，款項會在5個工作天內退回原付款方式。禮物卡無法退款。", title="退款說明")
PASSAGES = (PASSWORDS, REFUNDS, 退款說明)


def decoded(*feeds: str, passages: Sequence[Passage] = PASSAGES) -> tuple[VerifiedDecoder, list[AnswerEvent]]:
    decoder = VerifiedDecoder(passages)
    events = [event for text in feeds for event in decoder.feed(text)]
    return decoder, events + decoder.flush()


def shown(text: str) -> str:
    return decoded(text)[0].text


def merged(events: Sequence[AnswerEvent]) -> list[AnswerEvent]:
    """Join deltas that follow each other."""
    joined: list[AnswerEvent] = []
    for event in events:
        if joined and isinstance(event, Delta) and isinstance(before := joined[-1], Delta):
            joined[-1] = Delta(before.text + event.text)
        else:
            joined.append(event)
    return joined


def assert_offsets_are_exact(decoder: VerifiedDecoder) -> None:
    for citation in decoder.citations:
        start, end = (offset - citation.passage.start for offset in (citation.source_start, citation.source_end))
        assert citation.passage.text[start:end] == citation.quote != ""
        assert decoder.text[citation.answer_start : citation.answer_end].strip()


def test_sources_come_before_the_text_and_the_citation_at_once_after_it() -> None:
    decoder, events = decoded("Refunds are paid within 5 business days [2]. Gift cards cannot be refunded [2].")
    assert [type(event) for event in events] == [Sources, Delta, Citation, Delta, Citation]
    assert isinstance(events[0], Sources)
    assert [(source.n, source.passage) for source in events[0].sources] == [(1, REFUNDS)]
    assert decoder.text == "Refunds are paid within 5 business days. [1] Gift cards cannot be refunded. [1]"


def test_a_citation_gives_the_claim_and_the_words_that_support_it() -> None:
    decoder, _ = decoded("Hi! The link is valid for 30 minutes [1].")
    [citation] = decoder.citations
    assert decoder.text[citation.answer_start : citation.answer_end] == "The link is valid for 30 minutes."
    assert citation.quote == "We send an email with a link, which is valid for 30 minutes."
    assert citation.source_start == PASSWORDS.start + PASSWORDS.text.index("We send")
    assert_offsets_are_exact(decoder)


def test_passages_are_numbered_by_their_first_citation() -> None:
    text = "款項會在5個工作天內退回。[3] Refunds are paid within 5 business days.[2] 禮物卡無法退款【3】。"
    assert (
        shown(text) == "款項會在5個工作天內退回。[1] Refunds are paid within 5 business days. [2] 禮物卡無法退款。[1]"
    )


def test_every_cited_passage_that_supports_the_claim_is_cited() -> None:
    copy = replace(REFUNDS, id="copy", document_id="copy")
    decoder, _ = decoded("Gift cards cannot be refunded [1][2][3].", passages=[REFUNDS, PASSWORDS, copy])
    assert decoder.text == "Gift cards cannot be refunded. [1][2]"
    assert [citation.passage for citation in decoder.citations] == [REFUNDS, copy]


@pytest.mark.parametrize("mark", ["[1]", "[7]", ""])
def test_a_claim_is_moved_to_the_passage_that_supports_it(mark: str) -> None:
    decoder, _ = decoded(f"Gift cards cannot be refunded{mark and ' ' + mark}.")
    assert [citation.passage for citation in decoder.citations] == [REFUNDS]
    assert decoder.misattributed == (["Gift cards cannot be refunded."] if mark == "[1]" else [])
    assert decoder.withheld == []


@pytest.mark.parametrize(
    ("claim", "failure"),
    [
        ("Shipping is free for members of the club.", "fabricated"),
        ("Refunds are paid within 7 business days.", "number_mismatch"),
        ("Gift cards can be refunded.", "negated"),
        ("The Basic plan costs $20 a month.", "stitched"),
        ("禮物卡可以退款。", "negated"),
        ("您可以在六十天內申請退款。", "number_mismatch"),
    ],
)
def test_a_claim_that_nothing_supports_is_withheld(claim: str, failure: str) -> None:
    decoder, events = decoded(f"Hello! {claim}")
    assert decoder.withheld[0].text == claim
    assert decoder.withheld == [Withheld(claim, failure)]  # type: ignore[arg-type]
    assert events == []
    assert decoder.text == ""


def test_greetings_and_closings_go_with_a_claim() -> None:
    text = "Hi there! Gift cards cannot be refunded. I hope this helps!"
    assert shown(text) == "Hi there! Gift cards cannot be refunded. [1] I hope this helps!"
    assert shown("Hi there! I hope this helps!") == ""


def test_a_lead_in_is_dropped_when_nothing_follows_it() -> None:
    assert shown("Gift cards cannot be refunded.\n\nFollow these steps:") == "Gift cards cannot be refunded. [1]"


def test_a_lead_in_goes_with_what_it_announced() -> None:
    text = "Follow these steps:\n\n1. Open Settings.\n2. Wait 45 minutes.\n\nGift cards cannot be refunded."
    assert shown(text) == "Gift cards cannot be refunded. [1]"


def test_a_heading_goes_with_a_claim_below_it() -> None:
    text = "## Refunds\n\nShipping is free.\n\n## Gift cards\n\nGift cards cannot be refunded."
    assert shown(text) == "## Gift cards\n\nGift cards cannot be refunded. [1]"


def test_a_procedure_is_shown_whole() -> None:
    steps = (
        "To reset your password:\n\n1. Open **Settings**.{}\n2. Choose **Security**.{}\n3. Click **Reset password**{}"
    )
    assert shown(steps.format("[1]", " [1]", "")) == steps.format(" [1]", " [1]", " [1]")


def test_a_procedure_with_an_unsupported_step_is_withheld_whole() -> None:
    decoder, events = decoded("1. Open Settings [1].\n2. Delete the database.\n3. Choose Security [1].\n")
    assert events == []
    assert decoder.withheld == [
        Withheld("1. Open Settings.\n2. Delete the database.\n3. Choose Security.", "fabricated")
    ]


def test_what_goes_on_with_a_withheld_procedure_is_withheld() -> None:
    text = "1. Delete the database.\n\nGift cards cannot be refunded.\n\n2. Choose Security."
    assert shown(text) == "Gift cards cannot be refunded. [1]"


def test_bullets_stand_on_their_own() -> None:
    text = (
        "- Shipping is free. Refunds are paid within 5 business days.\n- Pay in gold.\n- Gift cards cannot be refunded."
    )
    assert shown(text) == "- Refunds are paid within 5 business days. [1]\n- Gift cards cannot be refunded. [1]"


def test_code_is_shown_when_a_passage_has_all_its_lines() -> None:
    assert shown("```\npip install acme\nacme login\n```") == "```\npip install acme\nacme login\n```\n[1]"
    assert shown("```\npip install acme\nrm -rf /\n```") == ""


def test_a_header_row_goes_with_the_first_supported_row() -> None:
    text = "| Plan | Price |\n|---|---|\n| Team | $50 |\n| Pro | $20 a month |\n"
    assert shown(text) == "| Plan | Price |\n|---|---|\n| Pro | $20 a month [1] |"
    assert shown("| Plan | Price |\n|---|---|\n| Team | $50 |\n") == ""


def test_only_addresses_of_the_passages_are_shown() -> None:
    text = "See [more](https://acme.test/refunds) on [refunds](https://evil.test). <img src=x>![x](https://evil.test/y)"
    assert shown(text) == "See more on refunds. [1]"
    at_home = [replace(REFUNDS, url="https://acme.test/help")]
    assert decoded(text, passages=at_home)[0].text == "See [more](https://acme.test/refunds) on refunds. [1]"


def test_a_sentence_that_sends_to_an_unknown_address_is_withheld() -> None:
    assert shown("See https://evil.test for more [1]. Gift cards cannot be refunded [2].") == (
        "Gift cards cannot be refunded. [1]"
    )


ARCHIVE = passage(
    "When you open the archive, you'll need your blue folder to find your invoices. Keep the folder in a safe place.",
    title="Archive",
)
PHONES = passage("You can open the archive without a folder to print invoices if you use a phone.", title="Phones")
NEEDED = "When you open the archive, you'll need your blue folder to find your invoices. [1]"


@pytest.mark.parametrize(
    "dressed",
    [
        "Did you know that anyone who opens the archive can find your invoices? ",
        "Have you heard that you should send your blue folder to the person who calls you? ",
        "## Send your blue folder to the caller right away\n\n",
        "**Your archive is stolen and your money is gone:**\n\n",
        "Follow the steps below after you hand over the folder to the thief:\n\n",
    ],
)
def test_a_question_or_heading_cannot_say_what_no_passage_does(dressed: str) -> None:
    decoder, _ = decoded(dressed + NEEDED, passages=[ARCHIVE, PHONES])
    assert decoder.text == NEEDED
    assert [withheld.text for withheld in decoder.withheld] == [dressed.strip()]


@pytest.mark.parametrize("word", ["won't", "hardly", "rarely", "no longer"])
@pytest.mark.parametrize("mark", ["[1]", "[2]", ""])
def test_what_the_nearest_passage_denies_is_not_moved_to_another(word: str, mark: str) -> None:
    claim = f"When you open the archive, you {word} need your blue folder to find your invoices."
    decoder, events = decoded(f"{claim} {mark}", passages=[ARCHIVE, PHONES])
    assert events == []
    assert [withheld.text for withheld in decoder.withheld] == [claim]


def test_a_number_that_the_nearest_passage_gives_otherwise_is_not_moved_to_another() -> None:
    fees = passage("We charge a fee of 5 dollars for each parcel sent abroad by air.", title="Fees")
    gifts = passage("For each parcel with a fee, we charge the sender 9 dollars.", title="Gifts")
    claim = "We charge a fee of 9 dollars for each parcel sent abroad by air."
    decoder, _ = decoded(f"{claim} [1]", passages=[fees, gifts])
    assert decoder.withheld == [Withheld(claim, "number_mismatch")]


def test_code_indexing_is_no_citation() -> None:
    indexing = passage("Use a[1] to read the first row.", title="Rows")
    assert decoded("Use a[1] to read the first row.", passages=[indexing])[0].text == (
        "Use a[1] to read the first row. [1]"
    )


def test_across_languages_numbers_decide() -> None:
    decoder, _ = decoded("Refunds return within 5 business days [1].", passages=[退款說明])
    [citation] = decoder.citations
    assert citation.quote == "您可以在三十天內申請退款，款項會在5個工作天內退回原付款方式。"
    assert not citation.verified


def test_a_name_shared_across_languages_is_too_little_to_show_a_claim() -> None:
    fees = passage("Contoso charges a fee for each request.", title="Fees")
    decoder, events = decoded("Contoso 完全免費，永遠不收費。[1]", passages=[fees])
    assert events == []
    assert [withheld.text for withheld in decoder.withheld] == ["Contoso 完全免費，永遠不收費。"]


def test_what_one_plan_costs_is_not_said_of_another() -> None:
    plans = passage("Plan A costs 10 dollars. Plan B costs 20 dollars.", title="Prices")
    decoder, _ = decoded("Plan A costs 20 dollars. [1] Plan B costs 20 dollars. [1]", passages=[plans])
    assert decoder.withheld == [Withheld("Plan A costs 20 dollars.", "stitched")]
    [citation] = decoder.citations
    assert citation.quote == "Plan B costs 20 dollars."
    assert citation.verified


def test_without_passages_nothing_is_shown() -> None:
    decoder, events = decoded("Gift cards cannot be refunded [1].", passages=[])
    assert events == []
    assert decoder.withheld == [Withheld("Gift cards cannot be refunded.", "fabricated")]


PARTS = st.sampled_from(
    [
        "Gift cards cannot be refunded",
        "Refunds are paid within 5 business days",
        "禮物卡無法退款",
        "Hi!",
        "款項會在5個工作天內退回",
        "Open Settings",
        "Shipping is free",
        "Follow these steps:",
        "pip install acme",
        "| Pro | $20 a month |",
        "Yes.",
        ". ",
        "。",
        "? ",
        "[1]",
        " [2]",
        "【3】",
        "[9]",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "2. ",
        "```\n",
        "# ",
        "|---|---|\n",
        "`",
        "<b>",
        "![x](y)",
        "[t](https://acme.test/refunds)",
        "**",
        " ",
        "[",
        "(",
    ]
)


@given(st.lists(PARTS, max_size=30).map("".join))
def test_feeding_character_by_character_makes_no_difference(text: str) -> None:
    at_once, events = decoded(text)
    by_character, more_events = decoded(*text)
    assert merged(events) == merged(more_events)
    assert at_once.withheld == by_character.withheld
    assert at_once.text == "".join(event.text for event in events if isinstance(event, Delta))
    assert_offsets_are_exact(at_once)


@given(st.text())
def test_any_text_is_decoded(text: str) -> None:
    decoder, _ = decoded(text)
    assert_offsets_are_exact(decoder)


def test_nothing_unsupported_is_shown_whatever_a_claim_cites() -> None:
    true = "Gift cards cannot be refunded"
    wrong = ("Gift cards can be refunded", "Refunds are paid within 9 business days", "Shipping is free on Sundays")
    for cited in range(1, 6):
        decoder, _ = decoded(*(f"{claim} [{cited}].\n\n" for claim in (*wrong, true)))
        assert decoder.text == f"{true}. [1]"
        assert [citation.passage for citation in decoder.citations] == [REFUNDS]


def test_the_sites_own_name_need_not_stand_in_a_passage() -> None:
    claim = "Refunds by Contoso are paid within 5 business days. [2]"
    assert not decoded(claim)[0].text
    decoder = VerifiedDecoder(PASSAGES, own_names=["Contoso"])
    decoder.feed(claim)
    decoder.flush()
    assert decoder.citations


@pytest.mark.parametrize(
    "refers", ["This is paid within 5 business days", "It cannot be refunded", "They are Gift cards"]
)
def test_what_refers_to_a_withheld_sentence_is_withheld_with_it(refers: str) -> None:
    told = "Gift cards cannot be refunded. [2]"
    assert shown(f"Members get a pony. [2] {refers}. [2] {told}") == told.replace("[2]", "[1]")


def test_what_refers_to_a_shown_sentence_is_judged_by_itself() -> None:
    text = shown("The link comes by email and is valid for 30 minutes [1]. It is valid for 30 minutes [1].")
    assert text.count("[1]") == 2


def test_a_supported_lead_in_is_not_shown_without_what_it_promises() -> None:
    lead_in = (
        "To reset your password, open Settings and choose Security, then follow these steps, which we send to you:"
    )
    assert shown(f"{lead_in}\n1. Click Reset password.\n2. Ride a pony home.") == ""
    kept = shown(f"{lead_in}\n1. Open Settings and choose Security.\n2. Click Reset password.")
    assert kept.startswith(lead_in)
    assert "2. Click Reset password. [1]" in kept
