import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_bot.conversations.masking import masked


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Write to ann.o-neil+x@mail.example.co.uk, please", "Write to [e-mail], please"),
        ("我的信箱是 wang@example.com。", "我的信箱是 [e-mail]。"),
        ("My card 4111 1111 1111 1111 is refused", "My card [card] is refused"),
        ("4111-1111-1111-1111", "[card]"),
        ("378282246310005", "[card]"),
        ("Pay to DE89 3704 0044 0532 0130 00 today", "Pay to [IBAN] today"),
        ("GB82WEST12345698765432", "[IBAN]"),
        ("Pay NL91ABNA0417164300 NOW", "Pay [IBAN] NOW"),
        ("Call +44 20 7946 0958 now", "Call [phone] now"),
        ("Call (030) 123 456 78 or 0912-345-678", "Call [phone] or [phone]"),
        ("0049 30 12345678", "[phone]"),
    ],
)
def test_what_names_a_person_or_an_account_is_masked(typed: str, shown: str) -> None:
    assert masked(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "Order 4111111111111112 is late",  # no card's check digit
        "Invoice 2024-11-25 of 1,250.00",
        "GB82WEST12345698765431",  # no account's check digits
        "Version 10.0.19045.3570 on 192.168.0.12",
        "The 500 MB limit at 02:30",
        "name@localhost",
        "Ticket 12345678",
    ],
)
def test_other_numbers_stay(typed: str) -> None:
    assert masked(typed) == typed


@given(st.text(alphabet="0123456789 -+()/.@aZäDE", max_size=80))
def test_what_is_masked_has_nothing_left_to_mask(typed: str) -> None:
    assert masked(masked(typed)) == masked(typed)
