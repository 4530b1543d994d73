import json
from pathlib import Path

from ingest.errors import DeletionsWithheld
from ingest.history import History, table
from ingest.report import Failure, IngestReport


def _report(generation: int) -> IngestReport:
    return IngestReport(
        generation=generation,
        promoted=True,
        added=12,
        updated=0,
        unchanged=0,
        deleted=0,
        moved=0,
        withheld=(),
        plan=None,
        stale=(),
        failed=(Failure("kb/a.md", "no_text", "empty"),),
        flagged=(),
        passages=50,
        gate=None,
        embedded=50,
        seconds=1.25,
    )


def test_each_run_is_kept_whole_and_the_last_are_read(tmp_path: Path) -> None:
    history = History(tmp_path / "new")
    assert history.runs(count=5) == []
    for generation in (1, 2, 3):
        history.add(_report(generation))
    assert [run.generation for run in history.runs(count=2)] == [2, 3]
    assert history.runs(count=1)[0].failed == (Failure("kb/a.md", "no_text", "empty"),)
    assert json.loads(history.lines(count=1)[0])["embedded"] == 50


def test_a_line_that_a_killed_run_left_unfinished_is_passed_over(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.add(_report(1))
    file = tmp_path / "history.jsonl"
    file.write_bytes(file.read_bytes() + '{"at": "2026", "error": "名'.encode()[:-1])
    assert [run.generation for run in history.runs(count=5)] == [1]

    history.add(_report(2))
    assert [run.generation for run in history.runs(count=5)] == [1, 2]


def test_a_name_ends_no_line(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.add_error(DeletionsWithheld("'\u2028\x85' is missing."))
    assert [run.error for run in history.runs(count=5)] == ["'\u2028\x85' is missing."]


def test_the_table_has_a_line_for_each_run_and_for_what_stopped_one(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert list(table([])) == ["No run has ended yet."]
    history.add(_report(1))
    history.add_error(DeletionsWithheld("'kb' is missing."))
    header, first, second = table(history.runs(count=5))
    assert header.split() == "when generation added updated deleted withheld failed passages seconds".split()
    assert first.split()[1:] == ["+1", "12", "0", "0", "0", "1", "50", "1.2"]
    assert len(header) == len(first)
    assert second.endswith("stopped: 'kb' is missing.")
