import json
import signal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook as Verifier

from ingest.__main__ import main
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


def test_a_receiver_that_is_gone_is_told_of_and_ends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Receiver() as receiver:
        pass
    tell(3, catalog=Catalog(tmp_path, "default"), settings=_settings(receiver), pauses=())
    assert "the webhook was not delivered: ConnectError" in capsys.readouterr().err


@pytest.mark.slow  # it imports articles
def test_a_run_tells_of_deletions_that_it_withholds_and_ends_as_it_would_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kb").mkdir()
    files = [tmp_path / "kb" / name for name in ("a.md", "b.md")]
    for file in files:
        file.write_text(f"# {file.stem}\n\nAn article.")
    command = ["run", str(tmp_path / "kb"), "--data", str(tmp_path / "data"), "--json"]
    with Receiver([204]) as receiver:
        monkeypatch.setenv("INGEST_WEBHOOK_URL", receiver.url)
        monkeypatch.setenv("INGEST_WEBHOOK_SECRET", _SECRET)
        monkeypatch.setenv("INGEST_METRICS_DIR", str(tmp_path / "collected"))
        assert main(command) == 0
        for file in files:
            file.unlink()
        assert main([*command, "--dry-run"]) == 3
        assert receiver.received == []
        capsys.readouterr()
        assert main(command) == 3
    ((kind, about),) = _verified(receiver)
    assert kind == "ingest.deletions_withheld"
    assert about["plan"] == json.loads(capsys.readouterr().out)["plan"]
    assert (about["documents"], about["withheld"]) == (2, 2)
    figures = (tmp_path / "data" / "metrics" / "default.prom").read_text()
    assert 'support_bot_ingest_last_exit_code{site="default"} 3.0' in figures
    assert 'support_bot_ingest_withheld_deletions{site="default"} 2.0' in figures
    assert (tmp_path / "collected" / "default.prom").read_text() == figures
