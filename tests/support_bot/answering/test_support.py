import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.support import check, check_code

REFUNDS = (
    "Refunds are paid within 5 business days to the card you used. Gift cards cannot be refunded.\n"
    "The Pro plan costs $20 a month. The Basic plan costs $10 a month.\n"
    "Can I get a refund after 90 days? Write to help@acme.test and our team in Lisbon decides.\n"
    "Run pip  install acme to start."
)
退款 = "您可以在三十天內申請退款，款項會在5個工作天內退回原付款方式。禮物卡無法退款。請到「帳戶設定」頁面申請。"


@pytest.fixture(scope="module")
def refunds() -> Evidence:
    return Evidence(REFUNDS, context="Refunds and prices")


@pytest.fixture(scope="module")
def chinese() -> Evidence:
    return Evidence(退款, context="退款說明")


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "You receive refunds on your card within 5 business days.",
            "Refunds are paid within 5 business days to the card you used.",
        ),
        ("Gift cards can't be refunded.", "Gift cards cannot be refunded."),
        ("It is impossible to get gift cards refunded.", "Gift cards cannot be refunded."),
        ("The Basic plan costs US$10.00 a month.", "The Basic plan costs $10 a month."),
        ("The Basic plan costs 10 USD per month.", "The Basic plan costs $10 a month."),
        ("Pay ten dollars a month for the Basic plan.", "The Basic plan costs $10 a month."),
        ("The team in Lisbon decides.", "Write to help@acme.test and our team in Lisbon decides."),
        (
            "Gift cards cannot be refunded; the Pro plan costs $20.",
            "Gift cards cannot be refunded.\nThe Pro plan costs $20 a month.",
        ),
    ],
)
def test_a_claim_is_supported_by_the_sentences_that_say_it(refunds: Evidence, claim: str, quote: str) -> None:
    support = check(claim, refunds)
    assert support.failure is None
    assert REFUNDS[support.start : support.end] == quote


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "申請退款的期限是 30 天內，款項會在5個工作天內退回。",
            "您可以在三十天內申請退款，款項會在5個工作天內退回原付款方式。",
        ),
        ("禮物卡不能退款。", "禮物卡無法退款。"),
        ("請到「帳戶設定」頁面申請。", "請到「帳戶設定」頁面申請。"),
    ],
)
def test_a_chinese_claim_is_supported_by_the_sentences_that_say_it(chinese: Evidence, claim: str, quote: str) -> None:
    support = check(claim, chinese)
    assert support.failure is None
    assert 退款[support.start : support.end] == quote


@pytest.mark.parametrize(
    ("claim", "failure"),
    [
        ("Shipping is free for members of the club.", "fabricated"),
        (
            "Refunds are paid within 5 business days to the card you used, with a bonus voucher for loyalty.",
            "fabricated",
        ),
        ("The team in Madrid decides.", "fabricated"),
        ("Write to evil@acme.test and our team in Lisbon decides.", "fabricated"),
        ("Run `pip install evil` to start.", "fabricated"),
        ("Refunds are paid within 5 business days to the card you used at evil-site.test.", "fabricated"),
        ("Refunds are paid within 7 business days.", "number_mismatch"),
        ("Refunds are paid within 5 hours.", "number_mismatch"),
        ("The Basic plan costs €10 a month.", "number_mismatch"),
        ("The Basic plan costs $10 a year.", "number_mismatch"),
        ("The Basic plan costs $10 per week.", "number_mismatch"),
        ("The Basic plan costs $20 a month.", "stitched"),
        ("Gift cards can be refunded.", "negated"),
        ("Refunds are not paid to the card you used.", "negated"),
        ("You can get a refund after 90 days.", "stitched"),  # asked there, not said
    ],
)
def test_a_claim_that_a_passage_does_not_make_has_a_failure(refunds: Evidence, claim: str, failure: str) -> None:
    assert check(claim, refunds).failure == failure


@pytest.mark.parametrize(
    ("claim", "failure"),
    [
        ("會員可享免運費優惠。", "fabricated"),
        ("請到「會員中心」頁面申請。", "fabricated"),
        ("您可以在六十天內申請退款。", "number_mismatch"),
        ("禮物卡可以退款。", "negated"),
        ("您不可以在三十天內申請退款。", "number_mismatch"),  # but after them
    ],
)
def test_a_chinese_claim_that_a_passage_does_not_make_has_a_failure(
    chinese: Evidence, claim: str, failure: str
) -> None:
    assert check(claim, chinese).failure == failure


def test_another_name_in_the_place_of_the_subject_is_fabricated() -> None:
    assert (
        check("Lisbon hosts the yearly meeting.", Evidence("Madrid hosts the yearly meeting.")).failure == "fabricated"
    )


@pytest.mark.parametrize(
    "claim",
    [
        "When you open the archive, you'll need your blue folder to find your invoices, for free.",
        "When you open the archive, you'll need your blue folder and a pet goat to find your invoices.",
        "When you open the archive, you'll need your blue folder to find your invoices or call evilcorp.",
        "Strangers need your blue folder to find your invoices.",
    ],
)
def test_a_near_copy_with_something_added_is_fabricated(claim: str) -> None:
    evidence = Evidence("When you open the archive, you'll need your blue folder to find your invoices.")
    assert check(claim, evidence).failure == "fabricated"
    assert check("You need your blue folder to find invoices in the archive.", evidence).failure is None


def test_neither_and_nor_are_one_denial() -> None:
    evidence = Evidence("From the next question on it is neither found nor cited.")
    assert check("It is neither cited nor found.", evidence).failure is None
    assert check("From the next question on it is found and cited.", evidence).failure == "negated"


@pytest.mark.parametrize("word", ["hardly", "rarely", "seldom", "barely", "no longer"])
def test_a_denial_need_not_say_not(word: str) -> None:
    claim = f"You {word} find your invoices in the archive."
    assert check(claim, Evidence("You find your invoices in the archive.")).failure == "negated"


@pytest.mark.parametrize("word", ["無須", "毋須", "不必", "很少", "避免", "幾乎不"])
def test_a_chinese_denial_need_not_say_not(word: str) -> None:
    assert check(f"申請退款{word}附上收據。", Evidence("申請退款請附上收據。")).failure == "negated"


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (
            "Models predict words, but are not good at answers without careful prompts.",
            "Models predict words. They are not good at answers. They need careful prompts.",
        ),
        (
            "The plan saves time, and reduces the number of errors.",
            "The plan saves time, reduces errors and increases the number of seats.",
        ),
        ("She won the U.S. Open.", "She won the US Open."),
    ],
)
def test_another_wording_of_the_same_is_supported(claim: str, text: str) -> None:
    assert check(claim, Evidence(text)).failure is None


def test_a_contrary_turns_what_it_stands_beside() -> None:
    evidence = Evidence("The plan reduces the number of errors and increases the number of seats.")
    assert check("The plan increases the number of errors.", evidence).failure == "negated"


def test_a_negation_elsewhere_in_the_passage_does_no_harm() -> None:
    evidence = Evidence("Do not share your code. If you do not see the email, check the spam folder.")
    assert check("Check the spam folder for the email.", evidence).failure is None


def test_terms_found_far_apart_are_stitched() -> None:
    words = ("Export", "Invoices", "Print", "Receipts", "Archive", "Orders", "Count", "Stamps")
    evidence = Evidence("\nGo on.\nGo on.\n".join(f"{word} here." for word in words))
    assert check("Export invoices, print receipts, archive orders, count stamps.", evidence).failure == "stitched"


def test_a_half_borrowed_from_another_passage_is_stitched() -> None:
    claim = "The export writes one file for each month, and the blue lamp above the door glows until morning."
    files = Evidence("The export writes one file for each month. It runs at night and needs no care.")
    lamps = Evidence("The blue lamp above the door glows until morning. Touch it to switch it off.")
    assert check(claim, files, others=[lamps]).failure == "stitched"
    assert check(claim, Evidence(f"{files.text} {lamps.text}")).failure is None


def test_a_paraphrase_is_supported() -> None:
    evidence = Evidence(
        "Pre-filling the answer forces the assistant to skip the introduction. The colour of the catalogue is grey.",
        context="Answers",
    )
    assert check("Prefilling its response makes the assistant skip the introduction.", evidence).failure is None
    assert check("The catalog's color is gray.", evidence).failure is None


def test_scripts_of_chinese_compare() -> None:
    evidence = Evidence("您可以在三十天内申请退款，款项会在5个工作日内退回原付款方式。", context="退款说明")
    assert check("退款會在 5 個工作日內退回原付款方式。", evidence).failure is None
    assert check("退款會在 8 個工作日內退回原付款方式。", evidence).failure == "number_mismatch"


def test_a_year_or_a_thing_numbered_may_stand_elsewhere_in_the_passage_but_not_beside_another() -> None:
    evidence = Evidence("Opus 3 came out in 2024. The model answers fast. Opus 2 answers slowly.")
    assert check("In 2024 the model answers fast.", evidence).failure is None
    assert check("In 2023 the model answers fast.", evidence).failure == "number_mismatch"
    assert check("Opus 3 answers slowly.", evidence).failure == "stitched"


def test_a_table_row_does_not_lend_its_number_to_the_next() -> None:
    evidence = Evidence("| Plan | Price |\n| Pro | $20 a month |\n| Basic | $10 a month |")
    assert check("The Basic plan costs $10 a month.", evidence).failure is None
    assert check("The Basic plan costs $20 a month.", evidence).failure == "stitched"


def test_headings_count_as_read_but_not_as_said() -> None:
    assert (
        check("Billing in Acme Cloud is monthly.", Evidence("It is monthly.", context="Billing in Acme Cloud")).start
        == 0
    )
    assert check("Billing in Acme Cloud.", Evidence("It is monthly.", context="Billing in Acme Cloud")).failure


@pytest.mark.parametrize(
    ("claim", "failure"),
    [
        ("Plan A costs 10 dollars.", None),
        ("Plan B costs 20 dollars.", None),
        ("Plan A costs 10 dollars and plan B costs 20 dollars.", None),
        ("Plan A costs 20 dollars.", "stitched"),
        ("Plan B costs 10 dollars.", "stitched"),
        ("Plan C costs 20 dollars.", "fabricated"),
    ],
)
def test_a_letter_tells_one_thing_from_another(claim: str, failure: str | None) -> None:
    assert check(claim, Evidence("Plan A costs 10 dollars. Plan B costs 20 dollars.")).failure == failure


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Plan A costs 20 dollars.", "Plan A is for teams. Plan B costs 20 dollars."),
        ("The US plan costs 20 dollars.", "The US plan costs 10 dollars. The UK plan costs 20 dollars."),
        ("方案 A 每月 20 元。", "方案 A 每月 10 元。方案 B 每月 20 元。"),
    ],
)
def test_a_number_said_of_another_name_is_stitched(claim: str, text: str) -> None:
    assert check(claim, Evidence(text)).failure == "stitched"


def test_a_sentence_about_another_name_does_not_support_a_claim() -> None:
    offices = Evidence("Our office in Lisbon is small. Our office in Madrid sells stamps, leaflets and postcards.")
    assert check("The Lisbon office sells stamps, leaflets and postcards.", offices).failure == "stitched"
    assert check("The Madrid office sells stamps, leaflets and postcards.", offices).failure is None


def test_a_name_may_stand_in_the_title() -> None:
    evidence = Evidence("The Pro plan costs $20 a month.", context="Prices of Contoso")
    assert check("The Pro plan of Contoso costs $20 a month.", evidence).failure is None


def test_across_languages_numbers_and_names_decide(chinese: Evidence, refunds: Evidence) -> None:
    support = check("Refunds arrive within 5 business days.", chinese)
    assert support.failure is None
    assert support.translated
    assert support.score <= 0.5
    assert 退款[support.start : support.end] == "您可以在三十天內申請退款，款項會在5個工作天內退回原付款方式。"
    assert check("Refunds arrive within 8 business days.", chinese).failure
    assert check("Refunds are quick.", chinese).failure == "fabricated"
    assert check("Pro 方案每月 20 美元。", refunds).failure is None
    assert check("團隊在 Madrid。", refunds).failure == "fabricated"
    assert check("90天後可以退款。", refunds).failure  # asked there, not said


def test_within_a_language_nothing_is_translated(chinese: Evidence, refunds: Evidence) -> None:
    assert not check("Gift cards cannot be refunded.", refunds).translated
    assert not check("禮物卡無法退款。", chinese).translated


@pytest.mark.parametrize(
    ("claim", "failure"),
    [
        ("在 Settings 選擇 Security。", None),
        ("不要在 Settings 選擇 Security。", "negated"),
        ("請到 Settings。", "fabricated"),
        ("Settings 在哪裡都一樣，Settings。", "fabricated"),
    ],
)
def test_across_languages_one_name_is_too_little_and_polarity_must_agree(claim: str, failure: str | None) -> None:
    assert check(claim, Evidence("Open Settings and choose Security.")).failure == failure


@pytest.mark.parametrize("claim", ["Contoso 完全免費，永遠不收費。", "Contoso Cloud 完全免費。"])
@pytest.mark.parametrize("context", ["", "Contoso Cloud prices"])
def test_across_languages_the_products_own_name_supports_nothing(claim: str, context: str) -> None:
    assert check(claim, Evidence("Contoso Cloud charges a fee for each request.", context=context)).failure


def test_across_languages_a_denial_needs_a_denial() -> None:
    evidence = Evidence("退款會在5天內退回。禮物卡在8天內不可退款。")
    assert check("Refunds arrive within 5 days.", evidence).failure is None
    assert check("Refunds do not arrive in 5 days.", Evidence("退款會在第5天退回。")).failure == "negated"
    assert check("Refunds do not arrive within 5 days.", Evidence("退款會在5天內退回。")).failure
    assert check("Gift cards are refunded within 8 days.", evidence).failure


def test_code_is_supported_when_every_line_stands_in_the_passage(refunds: Evidence) -> None:
    support = check_code("pip install acme\n", refunds)
    assert support.failure is None
    assert REFUNDS[support.start : support.end] == "pip  install acme"
    assert check_code("pip install acme\nrm -rf /", refunds).failure == "fabricated"
    assert check_code("pip install ac", refunds).failure == "fabricated"
    assert check_code("\n\n", refunds).failure == "fabricated"


@given(claim=st.text(), text=st.text(), context=st.text())
def test_any_text_is_checked_within_bounds(claim: str, text: str, context: str) -> None:
    evidence = Evidence(text, context=context)
    for support in (check(claim, evidence), check_code(claim, evidence)):
        assert 0 <= support.score <= 1
        assert 0 <= support.start <= support.end <= len(text)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Gift cards cannot be refunded.", "Gift cards cannot be refunded."),
        (
            "- The Pro plan costs **$20** a month. The Basic plan costs $10 a month.",
            "The Pro plan costs $20 a month. The Basic plan costs $10 a month.",
        ),
    ],
)
def test_whole_sentences_word_for_word_are_supported_by_themselves(refunds: Evidence, claim: str, quote: str) -> None:
    support = check(claim, refunds)
    assert (support.failure, support.score) == (None, 1.0)
    assert REFUNDS[support.start : support.end] == quote


def test_a_part_of_a_sentence_or_a_question_is_no_quote() -> None:
    evidence = Evidence("It is not so that gift cards can be refunded. Is shipping to Lisbon free?")
    assert check("Gift cards can be refunded.", evidence).failure == "negated"
    assert check("Is shipping to Lisbon free?", evidence).failure


def test_a_denial_of_something_else_supports_no_denial() -> None:
    evidence = Evidence("Lamps: bought by Ada Stone. The lamps never appear in the movie.")
    assert check("The movie lamps were not bought by Ada Stone.", evidence).failure == "negated"
    assert check("The lamps do not appear in the movie.", evidence).failure is None


@pytest.mark.parametrize(
    ("claim", "failure"),
    [
        ("Guests are removed when they have not signed in for 60 days.", None),
        ("All guests can invite members.", "stitched"),
        ("Guests can invite members.", "stitched"),
        ("Only owners can invite members.", None),
        ("A Team workspace has 5 GB.", "stitched"),
        ("A Team workspace has 100 GB.", None),
    ],
)
def test_whose_it_is_and_how_far_it_reaches_is_looked_at(claim: str, failure: str | None) -> None:
    text = (
        "Only owners can invite members. A guest who has not signed in for 60 days is removed. "
        "A Basic workspace has 5 GB, a Team workspace 100 GB."
    )
    assert check(claim, Evidence(text)).failure == failure
