"""Turn the end of a run into what others are told: figures in a file, and a message where somebody should look."""

import signal
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ingest import metrics
from ingest.errors import GATE_REFUSED, DeletionsWithheld
from ingest.history import History
from ingest.settings import IngestSettings
from ingest.status import Status, status
from ingest.webhook import PAUSES, Webhook
from knowledge.catalog import Catalog
from knowledge.complaints import INPUT_OUTPUT
from knowledge.errors import KnowledgeError

_KINDS = {DeletionsWithheld.exit_code: "ingest.deletions_withheld", GATE_REFUSED: "ingest.gate_refused"}
_STOPPED = {code for number in (signal.SIGTERM, signal.SIGINT) for code in (-number, 128 + number)}
_RUNS = 1_000  # that are looked through for one that was completed


def tell(exit_code: int, *, catalog: Catalog, settings: IngestSettings, pauses: Sequence[float] = PAUSES) -> None:
    """Write the figures after a run, and send a message if it failed or left something to decide.

    Whatever goes wrong with that is told on standard error and changes nothing.
    """
    now = None
    with suppress(OSError, KnowledgeError, sqlite3.Error):  # the message is all the more needed
        now = status(catalog)
    if now is not None:
        _write_figures(exit_code, now=now, catalog=catalog, settings=settings)
    if settings.webhook_url and exit_code != 0 and exit_code not in _STOPPED:
        webhook = Webhook(settings.webhook_url, secret=settings.webhook_secret.get_secret_value(), pauses=pauses)
        kind = _KINDS.get(exit_code, "ingest.failed")
        webhook.send(
            kind, _about(exit_code, now=now, site=catalog.site), at=datetime.now(UTC).isoformat(timespec="seconds")
        )


def _write_figures(exit_code: int, *, now: Status, catalog: Catalog, settings: IngestSettings) -> None:
    try:
        runs = History(catalog.folder).runs(count=_RUNS)
        for folder in filter(None, (str(catalog.data_dir / "metrics"), settings.metrics_dir)):
            metrics.write(Path(folder) / f"{catalog.site}.prom", now, runs, exit_code=exit_code)
    except OSError as error:
        if exit_code != INPUT_OUTPUT:  # else the run has told what is wrong with the disk
            print(f"ingest: the figures of this run cannot be written: {error}", file=sys.stderr)


def _about(exit_code: int, *, now: Status | None, site: str) -> dict[str, object]:
    about: dict[str, object] = {"site": site, "exit_code": exit_code}
    if now is not None:
        about |= {
            "generation": now.generation,
            "documents": now.documents,
            "failed": now.failed,
            "withheld": now.withheld,
            "plan": now.plan,
            "refused": now.refused,
            "last_run": now.last_run,
            "last_error": now.last_error,
        }
    return about
