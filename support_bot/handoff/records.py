"""Name what is handed over to a person and what is known of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an asker sends to a person."""

    id: str
    owner: str
    conversation: str
    name: str
    email: str  # where the person answers
    message: str
    key: str  # a request with the same one is the same request; "" for none
    digest: str  # of all that the request says


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of the conversation before, and its answer; "" where there was none."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Handoff:
    """What a person is sent."""

    id: str
    conversation: str
    created: float  # seconds since 1970
    name: str
    email: str
    message: str
    reason: str  # why a person was offered, `asked` where none was
    transcript: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A handoff that one sender tries to deliver now."""

    handoff: Handoff
    attempt: int  # the first is 1


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What has become of a handoff."""

    id: str
    conversation: str
    is_delivered: bool
    ticket: str  # "" where the other side names none


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is not delivered yet."""

    count: int
    failing: int  # of them, that were tried in vain
    oldest: float  # seconds since it was handed over, 0 where none waits
    error: str  # of the one tried last, "" where none was
