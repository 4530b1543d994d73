"""Turn a handoff into the plain text that a person reads."""

from support_bot.handoff.records import Exchange, Handoff

_LONGEST = 50_000  # characters; a Zendesk comment has 65,535 at most
_LONGEST_SUBJECT = 80
_REASONS = {
    "asked": "They asked for a person.",
    "no_answer": "No answer was found in the articles.",
    "refused": "The question is one that is left to a person.",
    "degraded": "No answer could be written as it should be.",
}


def subject_of(handoff: Handoff) -> str:
    """Return the first line of what the visitor writes."""
    first = " ".join(handoff.message.strip().splitlines()[0].split())
    return first if len(first) <= _LONGEST_SUBJECT else f"{first[: _LONGEST_SUBJECT - 1]}…"


def text_of(handoff: Handoff) -> str:
    """Return what the visitor writes, why they were handed over, and what was said before."""
    about = [
        f"From: {handoff.name} <{handoff.email}>" if handoff.name else f"From: {handoff.email}",
        f"Why: {_REASONS.get(handoff.reason, handoff.reason)}",
        f"Reference: {handoff.id}",
    ]
    return "\n".join([handoff.message.strip(), "", "--", *about, *_transcript(handoff)])


def _transcript(handoff: Handoff) -> list[str]:
    """Return the conversation's last exchanges, as many as fit."""
    left, parts = _LONGEST - len(handoff.message), list[str]()
    for exchange in reversed(handoff.transcript):
        said = _said(exchange)
        left -= len(said)
        if left < 0:
            parts.insert(0, "(What was said earlier is left out.)")
            break
        parts.insert(0, said)
    return ["", "The conversation before:", "", *parts] if parts else []


def _said(exchange: Exchange) -> str:
    return f"Visitor: {exchange.question}\n\nSupport Bot: {exchange.answer or '(no answer)'}\n"
