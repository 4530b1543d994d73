import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook as Verifier

from ingest.outcome import tell
from ingest.settings import IngestSettings
from knowledge.catalog import Catalog
from tests.receiver import Receiver

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def _verified(receiver: Receiver) -> list[tuple[str, dict[str, Any]]]:
    verifier = Verifier(_SECRET)
    messages = [verifier.verify(message.body, message.headers) for message in receiver.received]
    return [(message["type"], message["data"]) for message in messages]


def _settings(receiver: Receiver) -> IngestSettings:
    return IngestSettings(webhook_secret=SecretStr(_SECRET), webhook_url=receiver.url)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1, "ingest.failed"),
        (3, "ingest.deletions_withheld"),
        (4, "ingest.gate_refused"),
        (74, "ingest.failed"),
        (75, "ingest.failed"),
        (-signal.SIGKILL, "ingest.failed"),
    ],
)
def test_whatever_somebody_should_look_at_is_told(tmp_path: Path, code: int, kind: str) -> None:
    with Receiver() as receiver:
        tell(code, catalog=Catalog(tmp_path, "default"), settings=_settings(receiver))
    ((told, about),) = _verified(receiver)
    assert (told, about["site"], about["exit_code"], about["generation"]) == (kind, "default", code, None)


@pytest.mark.parametrize("code", [0, 143, 130, -signal.SIGTERM, -signal.SIGINT])
def test_what_went_well_or_was_stopped_on_purpose_is_not(tmp_path: Path, code: int) -> None:
    with Receiver() as receiver:
        tell(code, catalog=Catalog(tmp_path, "default"), settings=_settings(receiver))
    assert receiver.received == []


def test_it_is_told_although_the_data_directory_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "default.json").write_text("?")
    with Receiver() as receiver:
        tell(2, catalog=Catalog(tmp_path, "default"), settings=_settings(receiver))
    assert _verified(receiver) == [("ingest.failed", {"site": "default", "exit_code": 2})]


@pytest.mark.slow  # it runs processes
def test_a_run_tells_of_deletions_that_it_withholds_and_ends_as_it_would_have(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    for name in ("a.md", "b.md"):
        (tmp_path / "kb" / name).write_text(f"# {name}\n\nAn article.")
    with Receiver([204]) as receiver:
        assert _run(tmp_path, receiver.url).returncode == 0
        assert receiver.received == []
        for name in ("a.md", "b.md"):
            (tmp_path / "kb" / name).unlink()
        assert _run(tmp_path, receiver.url, "--dry-run").returncode == 3
        assert receiver.received == []
        withheld = _run(tmp_path, receiver.url)
    ((kind, about),) = _verified(receiver)
    assert (withheld.returncode, kind) == (3, "ingest.deletions_withheld")
    assert about["plan"] == json.loads(withheld.stdout)["plan"]
    assert (about["documents"], about["withheld"]) == (2, 2)
    figures = (tmp_path / "data" / "metrics" / "default.prom").read_text()
    assert 'support_bot_ingest_last_exit_code{site="default"} 3.0' in figures
    assert 'support_bot_ingest_withheld_deletions{site="default"} 2.0' in figures
    assert (tmp_path / "collected" / "default.prom").read_text() == figures

    nobody = _run(tmp_path, receiver.url)  # the receiver is gone
    assert nobody.returncode == 3
    assert "the webhook was not delivered" in nobody.stderr


def _run(folder: Path, url: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ingest", "run", str(folder / "kb"), "--data", str(folder / "data"), "--json"]
    environment = {
        **os.environ,  # noqa: TID251
        "INGEST_WEBHOOK_URL": url,
        "INGEST_WEBHOOK_SECRET": _SECRET,
        "INGEST_METRICS_DIR": str(folder / "collected"),
    }
    return subprocess.run([*command, *arguments], capture_output=True, text=True, env=environment)
