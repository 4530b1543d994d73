"""Turn a model's text into answer events, each claim of which a passage supports.

A claim is shown with the citation of the passages it cites that support it, else of another passage that does, else not
at all. Nothing is shown before it is checked, and nothing that is shown is taken back.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.passage import Passage
from support_bot.answering.checking.attribution import Judge, Judged
from support_bot.answering.checking.claims import ClaimSplitter, Group, Piece
from support_bot.answering.checking.writer import AnswerWriter
from support_bot.answering.events import AnswerEvent, Citation
from support_bot.answering.support import Failure
from support_bot.spans import span

_REFERS_BACK = re.compile(r"(?:this|that|these|those|it|they|he|she|both)\b|[這这此該该它他她]", re.IGNORECASE)
_FIRST_STEP = re.compile(r"\D*1\b|\D*一(?![一-十])")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A claim, or a whole procedure, that was not shown."""

    text: str
    failure: Failure


class VerifiedDecoder:
    """Checks a streamed answer against the passages it was written from, in the order in which the model saw them.

    `own_names` are those of the site itself: a passage means them where it does not say them.
    Addresses are shown of `allowed_hosts`, and of those where the passages' own articles stand.
    How the text is cut into feeds makes no difference. `withheld` are the claims not shown, `misattributed` the texts
    of those shown with another passage than they cited.
    """

    def __init__(
        self, passages: Sequence[Passage], *, own_names: Sequence[str] = (), allowed_hosts: Sequence[str] = ()
    ) -> None:
        self.withheld: list[Withheld] = []
        self.misattributed: list[str] = []
        self._splitter = ClaimSplitter()
        self._judge = Judge(passages, own_names=own_names, allowed_hosts=allowed_hosts)
        self._writer = AnswerWriter(passages)
        self._pending: list[Judged] = []  # asides that wait for a claim
        self._leads_nowhere = False  # of what a pending lead-in announced, something was withheld
        self._broken_by: Failure | None = None  # why the last procedure was withheld
        self._dangling: Failure | None = None  # why the last claim was withheld, None when it was shown

    @property
    def text(self) -> str:
        """All text shown so far."""
        return self._writer.text

    @property
    def citations(self) -> list[Citation]:
        """All citations so far, in the order of the text."""
        return self._writer.citations

    def feed(self, text: str) -> list[AnswerEvent]:
        """Return the events that the text completes."""
        with span("check") as checking:
            events = [event for group in self._splitter.feed(text) for event in self._settled(group)]
            checking.is_kept = bool(events)  # most pieces of a text complete no sentence
        return events

    def flush(self) -> list[AnswerEvent]:
        """Return the last events; what no claim followed is dropped, courtesies after a claim excepted."""
        events = [event for group in self._splitter.flush() for event in self._settled(group)]
        if self.citations:
            events += [
                e for judged in self._pending if judged.aside == "courtesy" for e in self._writer.written(judged)
            ]
        self._pending = []
        return events

    def _settled(self, group: Group) -> Iterator[AnswerEvent]:
        if self._leads_nowhere and _is_prose(group[0]):
            self._drop_lead_ins()
        judged = [self._judge.judged(piece) for piece in group]
        failure = self._failure(group, judged)
        if failure:
            self._withhold(group, failure)
        elif any(each.supports and not each.aside for each in judged):
            yield from self._released()
            for each in judged:
                self.misattributed += [each.piece.text] if each.is_misattributed else []
                yield from self._writer.written(each)
        else:
            yield from self._aside(judged[0])

    def _failure(self, group: Group, judged: Sequence[Judged]) -> Failure | None:
        """Return why a group must not be shown: with what was withheld goes what goes on with it or refers to it."""
        failure = next((each.failure for each in judged if each.failure), None)
        if self._dangling and _REFERS_BACK.match(group[0].text):
            failure = failure or self._dangling
        self._dangling = failure if not any(each.aside for each in judged) else self._dangling
        step = group[0].step
        if not step:
            return failure
        if not _FIRST_STEP.match(step):
            failure = failure or self._broken_by
        self._broken_by = failure
        return failure

    def _withhold(self, group: Group, failure: Failure) -> None:
        self.withheld.append(Withheld("\n".join(piece.marker + piece.text for piece in group), failure))
        self._leads_nowhere = self._leads_nowhere or not _is_prose(group[0])
        for piece in group:
            self._writer.pass_over(piece)

    def _aside(self, judged: Judged) -> Iterator[AnswerEvent]:
        if judged.aside == "courtesy" and self.citations and not self._pending:
            yield from self._writer.written(judged)
            return
        if judged.aside == "assent":
            self._writer.pass_over(judged.piece)
            return
        if judged.piece.kind == "heading":
            self._drop_lead_ins(from_level=_level(judged.piece))
        self._pending.append(judged)

    def _released(self) -> Iterator[AnswerEvent]:
        pending, self._pending = self._pending, []
        self._leads_nowhere = False
        for judged in pending:
            yield from self._writer.written(judged)

    def _drop_lead_ins(self, *, from_level: int = 7) -> None:
        """Drop the lead-ins to nothing; of headings, those of a level and below."""
        self._leads_nowhere = False
        dropped = [
            judged for judged in self._pending if judged.aside == "lead_in" and _level(judged.piece) >= from_level
        ]
        self._pending = [judged for judged in self._pending if judged not in dropped]
        for judged in dropped:
            self._writer.pass_over(judged.piece)


def _is_prose(piece: Piece) -> bool:
    return piece.kind in ("sentence", "heading") and not piece.marker.strip(" \t>#")


def _level(piece: Piece) -> int:
    """Return a heading's level, 6 for a line in bold, 7 for any other lead-in."""
    return (piece.marker.count("#") or 6) if piece.kind == "heading" else 7
