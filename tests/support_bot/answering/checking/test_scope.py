import pytest

from support_bot.answering.checking.scope import scope_of

FURTHER = [
    ("Only owners can invite guests.", "Owners can invite guests."),
    ("The export is available only after a week.", "The export is available at once."),
    ("All plans include chat.", "Some plans include chat."),
    ("Every invoice appears within the hour.", "Most invoices appear within the hour."),
    ("Calls are always recorded.", "Calls may be recorded if you agree."),
    ("You must confirm the change.", "You can confirm the change."),
    ("The newest copy is deleted first.", "The oldest copy is deleted first."),
    ("It is the least active channel.", "It is the most active channel."),
    ("所有會員都可以轉贈點數。", "只有金卡會員可以轉贈點數。"),
    ("所有門市都能退貨。", "部分門市不能退貨。"),
    ("您必須聯絡客服。", "您可以聯絡客服。"),
]

NO_FURTHER = [
    ("Only owners can invite guests.", "Nobody but owners may invite guests, which needs no fee."),
    ("Only administrators can create keys.", "To create a key, you need to be an administrator."),
    ("Only administrators can create keys.", "Keys are reserved for administrators."),
    ("Chat is only available to Team customers.", "Chat is exclusive to Team customers."),
    ("You can only return it within a month.", "You can return it within a month."),
    ("Fees are only paid back if we cancel.", "Fees are not paid back unless we cancel."),
    ("All plans include chat.", "Chat is included in each plan; some plans add calls."),
    ("Calls are always recorded.", "Each call may be listened to, and is recorded."),
    ("You must confirm the change.", "You can confirm the change, as you have to."),
    ("You must not share it.", "You can share it."),
    ("The newest copy is kept.", "The newest copy is kept, the oldest copy is deleted."),
    ("Some plans include chat.", "All plans include chat."),
    ("所有會員都可以轉贈點數。", "會員皆可轉贈點數。"),
    ("必須重新註冊。", "註冊後才可重新使用。"),
]


@pytest.mark.parametrize(("claim", "stated"), FURTHER)
def test_a_claim_reaches_further_than_what_it_rests_on(claim: str, stated: str) -> None:
    assert scope_of(claim).exceeds([scope_of(stated)])


@pytest.mark.parametrize(("claim", "stated"), NO_FURTHER)
def test_a_claim_reaches_no_further(claim: str, stated: str) -> None:
    assert not scope_of(claim).exceeds([scope_of(stated)])
