"""Tell what serves, how the last run ended and what waits for somebody."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from ingest.answers import AnswersCompared
from ingest.history import History
from ingest.plans import refused_generation, withheld_deletions
from ingest.report import answer_lines
from ingest.schedule import Schedule, ScheduledRun, ScheduleFile, turns_of
from ingest.served import served_by
from ingest.watch import named
from knowledge.answer_diff import kept_diff
from knowledge.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one site's knowledge."""

    site: str
    generation: int | None  # that can serve; None when there is none
    is_fallback: bool  # the newest is damaged, and this is another
    created: str  # ISO 8601, UTC; "" when there is none
    documents: int
    passages: int
    embedding_model: str
    way_back: int | None  # the generation that a rollback returns to
    last_run: str  # when it ended, "" when none has
    last_error: str  # what stopped it, "" when nothing did
    failed: int  # sources, in the last run
    stale: dict[str, str]  # since when, ISO 8601, by source: it fails, and its last good version serves
    withheld: int  # deletions that wait for approval
    plan: str | None  # under which they are approved
    refused: str | None  # the plan under which what the gate refused is promoted all the same
    answers: AnswersCompared | None  # how those of what serves differ from those before, as far as it is known
    hidden: tuple[str, ...]
    schedule: str  # of the last run that `ingest watch` began, "" when it began none, as the next three
    scheduled_run: str  # when that began
    scheduled_exit_code: int | None  # None while it runs, or when it was cut short
    next_run: str  # when the next is due, "" when nothing watches

    def to_json(self) -> str:
        """Return the status as one JSON object on one line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def lines(self) -> Iterator[str]:
        """Yield the status as lines for a terminal."""
        if self.generation is None:
            yield f"Site {self.site!r}: nothing serves yet."
        else:
            yield (
                f"Site {self.site!r}: generation {self.generation} of {self.created} serves {self.documents} documents "
                f"in {self.passages} passages, by {self.embedding_model}."
            )
        if self.is_fallback:
            yield "The newest generation is damaged. Run `python -m ingest run` again: it builds a new one."
        if self.way_back is not None:
            yield f"`python -m support_bot rollback` returns to generation {self.way_back}."
        if self.last_run:
            how = f"was stopped: {self.last_error}" if self.last_error else f"ended; {self.failed} sources failed."
            yield f"The last run, {self.last_run}, {how}"
        for source, since in self.stale.items():
            yield f"  stale {source}: it fails since {since}, and its last good version serves"
        if self.plan:
            yield f"{self.withheld} deletions are withheld; to make them: --approve-deletions {self.plan}"
        if self.refused:
            yield (
                f"The gate refused what the last run built; to let it serve as it is: --promote-anyway {self.refused}"
            )
        if self.answers:
            yield from answer_lines(self.answers)
        yield from (f"  hidden {source}" for source in self.hidden)
        if self.schedule:
            yield self._schedule_line()

    def _schedule_line(self) -> str:
        code = self.scheduled_exit_code
        how = f"ended with {named(code)}" if code is not None else "runs" if self.next_run else "was cut short"
        after = f"the next is due {self.next_run}" if self.next_run else "nothing keeps the schedule now"
        return f"By the schedule {self.schedule!r} (UTC) a run began {self.scheduled_run} and {how}; {after}."


def status(catalog: Catalog) -> Status:
    """Return the state of the site's knowledge."""
    served = served_by(catalog)
    manifest = served.manifest
    way_back = catalog.way_back()
    last = next(iter(History(catalog.folder).runs(count=1)), None)
    diff = kept_diff(served.folder) if served.folder else None
    plan = withheld_deletions(catalog.folder).plan()
    refused = refused_generation(catalog.folder).plan()
    kept = ScheduleFile(catalog.folder)
    scheduled = kept.last()
    return Status(
        site=catalog.site,
        generation=manifest.number if manifest else None,
        is_fallback=served.is_fallback,
        created=manifest.created if manifest else "",
        documents=manifest.documents if manifest else 0,
        passages=manifest.passages if manifest else 0,
        embedding_model=manifest.embedding_model if manifest else "",
        way_back=int(way_back.name) if way_back and way_back != served.folder else None,
        last_run=last.at if last else "",
        last_error=last.error if last else "",
        failed=len(last.failed) if last else 0,
        stale=served.stale(),
        withheld=len(plan[1]) if plan else 0,
        plan=plan[0] if plan else None,
        refused=refused[0] if refused else None,
        answers=AnswersCompared.of(diff) if diff else None,
        hidden=tuple(sorted(catalog.hidden.sources().values())),
        schedule=scheduled.schedule if scheduled else "",
        scheduled_run=_told(scheduled.began) if scheduled else "",
        scheduled_exit_code=scheduled.exit_code if scheduled else None,
        next_run=_told(_next_run(scheduled)) if scheduled and kept.is_watched else "",
    )


def _next_run(last: ScheduledRun) -> datetime:
    now = datetime.now(UTC)
    return turns_of(Schedule(last.schedule), last=last, now=now).due(now)


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
