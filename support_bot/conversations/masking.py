"""Turn a text into one without e-mail addresses, telephone, card and bank account numbers."""

import re

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
_CARD = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d])")
# With a country's code or a leading zero: other numbers of this length name orders and invoices.
_PHONE = re.compile(r"(?<![\w.+-])(?:\+|00|\(?0)\d?(?:[ ()/.-]{0,2}\d){6,14}(?![\w])")


def masked(text: str) -> str:
    """Return the text with the kind of each such thing in place of it."""
    text = _EMAIL.sub("[e-mail]", text)
    text = _IBAN.sub(lambda found: _without_iban(found[0]), text)
    text = _CARD.sub(lambda found: "[card]" if _is_card(found[0]) else found[0], text)
    return _PHONE.sub("[phone]", text)


def _without_iban(found: str) -> str:
    """Return what was found with the account number at its beginning masked; a word in capitals may follow it."""
    ends = [place for place in range(len(found), 14, -1) if place == len(found) or found[place] == " "]
    for end in ends:
        if _is_iban(found[:end].replace(" ", "")):
            return "[IBAN]" + found[end:]
    return found


def _is_iban(number: str) -> bool:
    """Whether the check digits fit (ISO 13616): modulo 97, letters counted from ten, the first four at the end."""
    moved = number[4:] + number[:4]
    return len(number) >= 15 and int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def _is_card(found: str) -> bool:
    """Whether the check digit fits (ISO/IEC 7812): Luhn's sum, every second digit from the right doubled."""
    digits = [int(sign) for sign in reversed(found) if sign.isdigit()]
    return sum(digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4) for place, digit in enumerate(digits)) % 10 == 0
