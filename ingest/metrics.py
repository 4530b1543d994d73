"""Turn what is known of a site's runs into figures in Prometheus' text format.

<data>/metrics/<site>.prom    the figures after the last run; the API's /metrics shows them too

No figure holds a text, a file's name or an id; a source is named by its folder's name.
"""

from collections import Counter
from datetime import datetime
from pathlib import Path

from ingest.history import Run
from ingest.status import Status

_PREFIX = "support_bot_ingest_"


def write(file: Path, status: Status, runs: list[Run], *, exit_code: int) -> None:
    """Write the figures into a file that is whole at every moment; `runs` are the last ones, oldest first."""
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile  # not every command pays for it

    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, value: float) -> None:
        Gauge(f"{_PREFIX}{name}", meaning, ["site"], registry=registry).labels(status.site).set(value)

    gauge("last_exit_code", "How the last run ended: 0 is well, below 0 the signal that ended it.", exit_code)
    ended = [run for run in runs if not run.error]
    if ended:
        gauge("last_completed_timestamp_seconds", "When a run was last completed.", _seconds(ended[-1].at))
        gauge("last_duration_seconds", "How long it took.", ended[-1].seconds)
    if status.created:
        gauge("index_created_timestamp_seconds", "When the index that serves was built.", _seconds(status.created))
    gauge("documents", "Documents in the index that serves.", status.documents)
    gauge("passages", "Passages in the index that serves.", status.passages)
    gauge("withheld_deletions", "Deletions that wait for approval.", status.withheld)
    gauge("stale_documents", "Documents that failed in the last run and serve as they were before.", len(status.stale))
    failures = Gauge(
        f"{_PREFIX}failures",
        "Files or pages that failed in the last run.",
        ["site", "source", "reason"],
        registry=registry,
    )
    failed = runs[-1].failed if runs else ()
    for (source, reason), count in Counter((_root(each.source), each.reason) for each in failed).items():
        failures.labels(status.site, source, reason).set(count)

    file.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(file), registry)


def _root(location: str) -> str:
    return location.partition("#")[0].partition("/")[0]


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
