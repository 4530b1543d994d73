"""Turn a customer's mail into the question that the articles are searched for.

A mail tells a story around what it asks. The sentences that ask and those that say what goes wrong are searched for,
with the subject before them; a mail that has neither is searched for by its beginning.
"""

from collections.abc import Iterator, Sequence

from knowledge.words import sentences, terms, word_count
from support_bot.answering.substance import amount
from support_bot.panel.asking import asks, complains, is_polite, said_by
from support_bot.panel.thread import Problem, Ticket, customers_own

_MOST_WORDS = 60
_MOST_CHARACTERS = 1_500
_CHARACTERS_READ = 20_000  # of a message
_SENTENCES_READ = 200
_EARLIER_CHARACTERS = 2_000
_LONGEST_SENTENCE = 400  # code points
_LONGEST_SUBJECT = 200
_LITTLE = 3  # words of substance: a message that has no more goes on with the one before it


def question_of(problem: Problem, ticket: Ticket) -> str:
    """Return what is searched for, a sentence a line; "" where nobody asks anything."""
    said = _chosen(list(substantial(_gone_on_with(problem, ticket)))) + list(substantial(problem.text))
    chosen = _chosen(said)
    subject = said_by(ticket.subject[:_LONGEST_SUBJECT])
    if subject and not set(terms(" ".join(chosen))).issuperset(terms(subject)):
        chosen.insert(0, subject)
    return "\n".join(chosen)[:_MOST_CHARACTERS]


def told_of(problem: Problem, ticket: Ticket) -> str:
    """Return what a model is told of a customer's problem: what is searched for stands in it, and the rest of it."""
    subject = said_by(ticket.subject[:_LONGEST_SUBJECT])
    earlier = _gone_on_with(problem, ticket)[:_EARLIER_CHARACTERS]
    return "\n\n".join(filter(None, (f"Subject: {subject}" if subject else "", earlier, problem.text)))


def asked_alone(question: str) -> str:
    """Return those sentences of a mail's question that ask, "" where they are all or none of it.

    A story around a question takes from how well a passage fits it: of 29 mails whose question an article answers, 25
    were found to fit by all that is searched for, and 27 by that or by what asks alone; by the plain questions 28.
    """
    said = question.split("\n")
    asking = [sentence for sentence in said if asks(sentence)]
    return "\n".join(asking) if len(asking) < len(said) else ""


def substantial(text: str) -> Iterator[str]:
    """Yield the sentences of a mail that are more than polite."""
    for start, end in sentences(text[:_CHARACTERS_READ])[:_SENTENCES_READ]:
        sentence = text[start:end][:_LONGEST_SENTENCE]
        if not is_polite(sentence):
            yield sentence


def _gone_on_with(problem: Problem, ticket: Ticket) -> str:
    """Return the message before a problem that says too little by itself, "" for any other."""
    if amount(" ".join(substantial(problem.text))) > _LITTLE:
        return ""
    earlier = [message.text for message in customers_own(ticket.messages) if message.id not in problem.message_ids]
    return earlier[-1] if earlier else ""


def _chosen(said: Sequence[str]) -> list[str]:
    """Return the sentences that ask, then those that say what is wrong, then the first others, as far as they fit."""
    ranked = sorted(range(len(said)), key=lambda place: (_rank(said[place]), place))
    chosen: list[int] = []
    room = _MOST_WORDS
    for place in ranked:
        words = word_count(said[place])
        if chosen and words > room:
            break
        chosen.append(place)
        room -= words
    return [said[place] for place in sorted(chosen)]


def _rank(sentence: str) -> int:
    if asks(sentence):
        return 0
    return 1 if complains(sentence) else 2
