"""What one process imports, another answers from: without a restart, and from the next question on."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.running import running, settings_for
from tests.support_bot.api.events import ask

pytestmark = pytest.mark.slow  # it runs processes


def _import(folder: Path) -> None:
    command = [sys.executable, "-m", "ingest", "run", str(folder / "kb"), "--audience", "public"]
    subprocess.run([*command, "--data", str(folder / "data")], check=True, capture_output=True)


def test_the_first_import_and_the_next_are_answered_from_at_the_next_question(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "refunds.md").write_text("# Refunds\n\nRefunds are paid within 5 business days.")
    with running(settings_for(), tmp_path / "data") as url:
        assert httpx.get(f"{url}/readyz").status_code == 503
        _import(tmp_path)
        assert "within 5 business days" in ask(url, "When are refunds paid?")["text"]

        (tmp_path / "kb" / "refunds.md").write_text("# Refunds\n\nRefunds are paid within 9 business days.")
        _import(tmp_path)
        assert "within 9 business days" in ask(url, "When are refunds paid?")["text"]
        assert httpx.get(f"{url}/readyz").json()["generation"] == 2
