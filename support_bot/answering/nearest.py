"""Turn the passages that were found into the articles that are offered where they do not answer."""

from collections.abc import Sequence

from knowledge.passage import Passage
from support_bot.answering.events import NumberedPassage, Sources

_MOST = 3


def nearest(passages: Sequence[Passage]) -> Sources:
    """Return the nearest articles, the best passage of each."""
    best = list({passage.document_id: passage for passage in reversed(passages)}.values())[::-1][:_MOST]
    return Sources(tuple(NumberedPassage(n, passage) for n, passage in enumerate(best, start=1)))
