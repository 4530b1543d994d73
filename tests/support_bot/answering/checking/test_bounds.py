import pytest

from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.numbers import numbers_in
from support_bot.answering.support import check


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("within 14 days", "most"),
        ("at most 14 days", "most"),
        ("limited to 14 days", "most"),
        ("no more than 14 days", "most"),
        ("14 days or less", "most"),
        ("14天內", "most"),
        ("不超過14天", "most"),
        ("最多可以等14天", "most"),
        ("it is not possible after 14 days", "most"),
        ("After 14 days, it is not possible", "most"),
        ("14天後無法退款", "most"),
        ("after 14 days", "least"),
        ("more than 14 days", "least"),
        ("no less than 14 days", "least"),
        ("not within 14 days", "least"),
        ("超過14天", "least"),
        ("不少於14天", "least"),
        ("14天後", "least"),
        ("14 days", None),
        ("第14天", None),
    ],
)
def test_a_bound_is_the_side_of_a_number_that_its_clause_affirms(text: str, bound: str | None) -> None:
    assert [number.bound for number in numbers_in(text)] == [bound]


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Refunds are not available after 14 days.", "Refunds are available within 14 days."),
        ("After 14 days, refunds are not available.", "Refunds are available within 14 days."),
        ("You can't upload more than 3 files.", "You can upload up to 3 files."),
        ("No more than 3 files can be uploaded.", "You can upload up to 3 files."),
        ("14 天後不可以退款。", "14天內可以退款。"),
        ("檔案不可超過 3 個。", "最多可上傳 3 個檔案。"),
    ],
)
def test_the_same_bound_may_be_said_as_a_denial_of_the_other(claim: str, passage: str) -> None:
    assert check(claim, Evidence(passage)).failure is None


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("You can upload more than 3 files.", "Uploads are limited to 3 files."),
        ("Refunds are available after 14 days.", "Refunds are available within 14 days."),
        ("Refunds are not available within 14 days.", "Refunds are available within 14 days."),
        ("14天後可以退款。", "14天內可以退款。"),
        ("您至少要上傳5個檔案。", "上傳的檔案不得超過5個。"),
    ],
)
def test_the_other_bound_is_another_number(claim: str, passage: str) -> None:
    assert check(claim, Evidence(passage)).failure == "number_mismatch"
