"""Turn a ticket's messages into the customer's problem: what they wrote last and nobody has answered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from support_bot.answering.query import seen
from support_bot.panel.language import language_of_mail
from support_bot.panel.mail import is_automatic, written
from support_bot.panel.markup import text_of_html

Sender = Literal["customer", "agent", "note"]

_MOST_CHARACTERS = 6_000  # of the problem: its newest messages whole, as far as they go
_EARLIER = 5  # of the customer's messages, which tell their language where the last one is too short to
_LONGEST_NAME = 60
_MOST_NAMES = 5  # words; what has more is a sentence
_WITH_A_STOP = re.compile(r"[^\W\d_]{1,3}\.")  # as `Dr.` has one: other full stops make addresses


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """A message of a ticket as its writer wrote it, without what mail programs added."""

    id: str
    sender: Sender
    text: str
    at: str = ""
    is_automatic: bool = False  # nobody wrote it


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it is read: its messages oldest first."""

    subject: str
    customer: str  # their name, "" when unknown
    messages: tuple[TicketMessage, ...]
    locale: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a customer wants to know or have mended."""

    text: str  # "" where nothing is to be found
    message_ids: tuple[str, ...]
    language: str  # a BCP 47 tag, "" when unknown


def read_message(
    *, message_id: str, sender: Sender, text: str, markup: str = "", at: str = "", subject: str = ""
) -> TicketMessage:
    """Return a message without what nobody sees of it, and without what its writer did not write."""
    shown = seen((text_of_html(markup) if markup else "") or text)
    own = written(shown)
    return TicketMessage(message_id, sender, own, at, is_automatic(shown, subject=subject))


def problem_of(ticket: Ticket) -> Problem:
    """Return what the customer wrote since an agent last answered, else what they wrote last."""
    answered = max((n for n, message in enumerate(ticket.messages) if message.sender == "agent"), default=-1)
    asked = customers_own(ticket.messages)
    since = [message for message in customers_own(ticket.messages[answered + 1 :]) if message in asked]
    newest = _within(since or asked[-1:])
    text = "\n\n".join(message.text for message in newest)[:_MOST_CHARACTERS]
    earlier = "\n".join(message.text for message in asked[-_EARLIER:])
    return Problem(text, tuple(message.id for message in newest), language_of_mail(text) or language_of_mail(earlier))


def customers_own(messages: Sequence[TicketMessage]) -> list[TicketMessage]:
    """Return what the customer has written, without what their mail program sent by itself unless that is all."""
    said = [message for message in messages if message.sender == "customer" and message.text]
    return [message for message in said if not message.is_automatic] or said


def greeted(name: str) -> str:
    """Return a customer's name as a draft may say it, "" for what is none: anybody may call themselves anything."""
    plain = " ".join(seen(name).split())
    words = plain.split()
    is_name = 0 < len(words) <= _MOST_NAMES and len(plain) <= _LONGEST_NAME and all(map(_is_of_a_name, words))
    return plain if is_name else ""


def _is_of_a_name(word: str) -> bool:
    if "." in word:
        return _WITH_A_STOP.fullmatch(word) is not None
    return all(letter.isalpha() or letter in "'’-·" for letter in word)


def _within(messages: Sequence[TicketMessage]) -> list[TicketMessage]:
    """Return the newest messages that fit, the last one in any case."""
    room = _MOST_CHARACTERS
    fitting: list[TicketMessage] = []
    for message in reversed(messages):
        room -= len(message.text)
        if fitting and room < 0:
            break
        fitting.append(message)
    return fitting[::-1]
