"""Keep the report of each run in a file, and turn the last of them into lines for a terminal.

<data>/index/<site>/history.jsonl    one JSON object a line, oldest first
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.answers import AnswersCompared
from ingest.gate import Judgement
from ingest.report import Failure, IngestReport

_HEADER = ("when", "generation", "added", "updated", "deleted", "withheld", "failed", "passages", "seconds")


class Run(BaseModel):
    """What one run did, or what stopped it. The file's lines hold more: the whole report."""

    model_config = ConfigDict(frozen=True)

    at: str  # when it ended: ISO 8601, UTC
    error: str = ""  # what stopped it
    generation: int | None = None
    promoted: bool = False
    added: int = 0
    updated: int = 0
    deleted: int = 0
    withheld: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    passages: int = 0
    gate: Judgement | None = None
    answers: AnswersCompared | None = None
    seconds: float = 0


class History:
    """The runs of one site, oldest first."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "history.jsonl"

    def add(self, report: IngestReport) -> None:
        """Keep the report of a run that has just ended."""
        self._append(asdict(report))

    def add_error(self, error: Exception) -> None:
        """Keep what has just stopped a run."""
        self._append({"error": str(error)})

    def lines(self, *, count: int) -> list[str]:
        """Return the last lines of the file that are whole, as they are: one JSON object each."""
        return [line for line in self._lines() if _run(line)][-count:]

    def runs(self, *, count: int) -> list[Run]:
        """Return the last runs."""
        return [run for line in self._lines() if (run := _run(line))][-count:]

    def _append(self, fields: dict[str, object]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **fields}
        with self._file.open("ab+") as file:
            begun = "\n" if _is_cut(file) else ""
            # One call writes the line: no other comes between.
            file.write(f"{begun}{json.dumps(line, ensure_ascii=False)}\n".encode())

    def _lines(self) -> list[str]:
        # A kill may cut a character too, and a name may hold what str.splitlines takes for the end of a line.
        return self._file.read_text(encoding="utf-8", errors="replace").split("\n") if self._file.exists() else []


def table(runs: Sequence[Run]) -> Iterator[str]:
    """Yield the runs as a table, one a line."""
    if not runs:
        yield "No run has ended yet."
        return
    rows = [_HEADER, *map(_row, runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    for row, run in zip(rows, [None, *runs], strict=True):
        cells = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        if run and run.error:
            yield f"{row[0]}  stopped: {run.error}"
        else:
            yield f"{cells}{_gate_cell(run.gate) if run else ''}"


def _is_cut(file: BinaryIO) -> bool:
    """Whether the file's last line was begun and never ended, by a run that was killed or a disk that was full."""
    end = file.seek(0, os.SEEK_END)
    if not end:
        return False
    file.seek(end - 1)
    return file.read(1) != b"\n"


def _row(run: Run) -> tuple[str, ...]:
    counts = (run.added, run.updated, run.deleted, len(run.withheld), len(run.failed), run.passages)
    generation = "-" if run.generation is None else f"{'+' if run.promoted else ''}{run.generation}"
    return run.at, generation, *map(str, counts), f"{run.seconds:.1f}"


def _gate_cell(gate: Judgement | None) -> str:
    if gate is None or not gate.refused:
        return ""
    return f"  promoted under {gate.plan}" if gate.accepted else "  refused by the gate"


def _run(line: str) -> Run | None:
    try:
        return Run.model_validate_json(line)
    except ValidationError:  # a run was killed as it wrote it
        return None
