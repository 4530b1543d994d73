from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ingest import metrics
from ingest.history import History, Run
from ingest.report import Failure
from ingest.status import status
from knowledge.catalog import Catalog

_RUNS = [
    Run(at="2026-03-05T02:31:00+00:00", seconds=60),
    Run(
        at="2026-03-06T02:30:05+00:00",
        seconds=5,
        failed=(
            Failure("kb/secret-name.pdf", "encrypted", "password 1234"),
            Failure("kb/b.pdf", "encrypted", ""),
            Failure("faq.csv#7", "no_text", ""),
        ),
    ),
]


def _figures(file: Path) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(file.read_text(encoding="utf-8"))
    return {
        (sample.name.removeprefix("support_bot_ingest_"), *(sample.labels[name] for name in names)): sample.value
        for family in families
        for sample in family.samples
        for names in [[name for name in ("site", "source", "reason") if name in sample.labels]]
    }


def test_before_anything_serves_there_are_figures_already(tmp_path: Path) -> None:
    file = tmp_path / "new" / "default.prom"
    metrics.write(file, status(Catalog(tmp_path, "default")), [], exit_code=74)
    figures = _figures(file)
    assert figures["last_exit_code", "default"] == 74
    assert figures["documents", "default"] == 0
    assert ("index_created_timestamp_seconds", "default") not in figures


@pytest.mark.slow  # it indexes the sample
def test_the_figures_are_those_of_the_index_and_of_the_last_runs(sample_data: Path, tmp_path: Path) -> None:
    now = status(Catalog(sample_data, "default"))
    file = tmp_path / "default.prom"
    metrics.write(file, replace(now, stale={"kb/b.pdf": "2026-03-01"}), _RUNS, exit_code=0)
    figures = _figures(file)
    assert figures["documents", "default"] == now.documents > 0
    assert figures["passages", "default"] == now.passages
    assert figures["index_created_timestamp_seconds", "default"] > 1.7e9
    assert figures["last_completed_timestamp_seconds", "default"] == 1772764205
    assert figures["last_duration_seconds", "default"] == 5
    assert figures["stale_documents", "default"] == 1


def test_failures_are_counted_by_source_and_reason_and_name_no_file(tmp_path: Path) -> None:
    file = tmp_path / "default.prom"
    metrics.write(file, status(Catalog(tmp_path, "default")), _RUNS, exit_code=1)
    figures = _figures(file)
    assert figures["failures", "default", "kb", "encrypted"] == 2
    assert figures["failures", "default", "faq.csv", "no_text"] == 1
    assert "secret-name" not in file.read_text()
    assert "1234" not in file.read_text()


def test_a_run_that_was_stopped_leaves_the_time_of_the_last_completed_one(tmp_path: Path) -> None:
    file = tmp_path / "default.prom"
    catalog = Catalog(tmp_path, "default")
    History(catalog.folder).add_error(OSError("The disk is full."))
    runs = History(catalog.folder).runs(count=10)
    metrics.write(file, status(catalog), [*_RUNS[:1], *runs], exit_code=74)
    assert _figures(file)["last_completed_timestamp_seconds", "default"] == 1772677860
