"""Turn what a reindex did into lines for a person or one JSON object for a program."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.answers import AnswersCompared
from ingest.errors import Reason, SourceError
from ingest.gate import Judgement
from knowledge.documents import FlagKind

_SHOWN_FAILURES = 20
_SHOWN_MISSES = 20
_SHOWN_ANSWERS = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that was not ingested. Where an earlier version of it is indexed, that version still serves."""

    source: str
    reason: Reason
    detail: str

    @classmethod
    def of(cls, location: str, error: SourceError) -> "Failure":
        """Return the failure that this error is for the source at this location."""
        return cls(location, error.reason, error.detail)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something in a source that its owner should look at; it was ingested without what no reader sees of it."""

    source: str
    kind: FlagKind
    count: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one reindex found and did."""

    generation: int | None  # the one that serves now; None when there is none yet
    promoted: bool  # whether this run built it
    added: int  # documents, as the next three
    updated: int
    unchanged: int
    deleted: int
    moved: int  # counted among those added and deleted too: the same bytes under another name
    withheld: tuple[str, ...]  # sources that are gone and whose documents stay until somebody approves
    plan: str | None  # its id, by which they are approved
    stale: tuple[str, ...]  # sources that failed and of which the last good version serves
    failed: tuple[Failure, ...]
    flagged: tuple[Flag, ...]  # of the documents that were added or updated
    passages: int  # in the generation that serves
    embedded: int  # passages whose vector was not known yet
    gate: Judgement | None  # of the generation that this run built, None when it built none
    seconds: float
    answers: AnswersCompared | None = None  # with what served before; None where there is nothing to compare

    def to_json(self) -> str:
        """Return the report as one JSON object on one line."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    def lines(self) -> Iterator[str]:
        """Yield the report as lines for a terminal."""
        yield (
            f"{self.added} added, {self.updated} updated, {self.unchanged} unchanged, {self.deleted} deleted, "
            f"{len(self.failed)} failed in {self.seconds:.1f} s"
        )
        yield from _failure_lines(self.failed)
        if self.stale:
            yield f"  of {len(self.stale)} sources that failed, the last good version goes on serving"
        yield from _flag_lines(self.flagged)
        if self.plan:
            yield (
                f"Deletions withheld: {len(self.withheld)} documents serve whose sources are gone, such as "
                f"{self.withheld[0]}. Check the path, or that its volume is mounted. If they are to go, run again "
                f"with --approve-deletions {self.plan}."
            )
        if self.gate:
            yield from _gate_lines(self.gate)
        if self.promoted:
            yield f"Generation {self.generation} serves {self.passages} passages ({self.embedded} embedded now)."
            if self.answers:
                yield from answer_lines(self.answers)
        elif self.generation is None:
            yield "Nothing serves yet."
        else:
            yield f"Generation {self.generation} goes on serving {self.passages} passages."


def _failure_lines(failures: Sequence[Failure]) -> Iterator[str]:
    for failure in failures[:_SHOWN_FAILURES]:
        yield f"  failed {failure.source}: {failure.reason}: {failure.detail}"
    rest = Counter(failure.reason for failure in failures[_SHOWN_FAILURES:])
    if rest:
        yield f"  and {', '.join(f'{count} more {reason}' for reason, count in rest.most_common())}; --json names each"


def _flag_lines(flags: Sequence[Flag]) -> Iterator[str]:
    """Yield the secrets one by one, and the rest in sum: it was dealt with."""
    for flag in flags:
        if flag.kind == "likely_secret":
            yield f"  flagged {flag.source}: holds what looks like a key or password; take it out and change it"
    for kind, words in (("hidden_text", "parts of hidden text"), ("invisible_characters", "invisible characters")):
        counts = [flag.count for flag in flags if flag.kind == kind]
        if counts:
            yield f"  left out {sum(counts)} {words} of {len(counts)} documents; --json names them"


def _gate_lines(gate: Judgement) -> Iterator[str]:
    """Yield what the gate found and, of a generation that it refused, the way to let it serve."""
    if gate.recall is not None:
        before = "" if gate.recall_before is None else f", {gate.recall_before:.0%} in what served before"
        yield f"{gate.questions} golden questions find {gate.recall:.0%} of their articles{before}."
    if gate.recall == 0 and gate.missed[0].finds:  # likelier misnamed than lost
        miss = gate.missed[0]
        yield f"  They name articles such as {miss.article}, which must be as the report does: {miss.finds}"
    shown = [miss for miss in gate.missed if miss.lost or gate.refused]
    for miss in shown[:_SHOWN_MISSES]:
        instead = f"finds {miss.finds} first" if miss.finds else "finds nothing"
        yield f"  {'lost' if miss.lost else 'missed'} {miss.article} for {miss.question!r}: {instead}"
    if shown[_SHOWN_MISSES:]:
        yield f"  and {len(shown) - _SHOWN_MISSES} more; --json names each"
    if gate.gone:
        yield f"  {len(gate.gone)} documents have lost more than half of their text, such as {gate.gone[0]}"
    if gate.refused:
        yield f"{'Promoted all the same' if gate.accepted else 'Refused by the gate'}: {' '.join(gate.refused)}"
    if gate.refused and not gate.accepted:
        yield (
            "Mend the articles or the golden questions, or let it serve as it is: run again with "
            f"--promote-anyway {gate.plan}."
        )


def answer_lines(answers: AnswersCompared) -> Iterator[str]:
    """Yield what a new generation changed in the answers to golden and recent questions."""
    if answers.error:
        yield f"Its answers could not be compared with those before: {answers.error}"
        return
    yield (
        f"Of its answers to golden and recent questions {answers.same} are the same, {len(answers.changed)} changed, "
        f"{len(answers.lost_citation)} lost a citation, {len(answers.abstains)} are no more."
    )
    for words, questions in (("not answered any more", answers.abstains), ("lost a citation", answers.lost_citation)):
        yield from (f"  {words}: {question!r}" for question in questions[:_SHOWN_ANSWERS])
        if questions[_SHOWN_ANSWERS:]:
            yield f"  and {len(questions) - _SHOWN_ANSWERS} more; --json names each"
