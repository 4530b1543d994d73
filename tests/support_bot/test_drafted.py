"""The commands that tell, take away and erase what became of drafts."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.settings import KnowledgeSettings
from support_bot.__main__ import main
from support_bot.keeping import fates_of, open_store
from support_bot.panel.fates import Drafted, Fate
from support_bot.settings import SupportBotSettings


@pytest.fixture
def data(tmp_path: Path) -> list[str]:
    """The option that names a data directory in which two agents' drafts are kept."""
    settings, knowledge = SupportBotSettings(), KnowledgeSettings(data_dir=tmp_path)
    with closing(open_store(settings, knowledge)) as store:
        fates = fates_of(settings, knowledge, store)
        for number, owner in enumerate(("agent:1", "agent:2", "agent:2")):
            fates.keep(_drafted(f"d_{number}", owner))
        fates.decide(Fate("d_0", "inserted", "Refunds take 5 days.", "up"), owner="agent:1")
    return ["--data", str(tmp_path)]


def _drafted(draft_id: str, owner: str) -> Drafted:
    return Drafted(
        id=draft_id,
        owner=owner,
        kind="draft",
        host="front",
        style="",
        language="en",
        outcome="answered",
        mode="generated",
        degraded="",
        documents=("refunds",),
        internal=0,
        cost=0.01,
        first_token_ms=200,
        total_ms=900,
        text="Refunds take 5 days. [1]",
    )


def test_what_became_of_drafts_is_told(data: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drafts", *data]) == 0
    told = capsys.readouterr().out
    assert "the last 30 days; 2 agents" in told
    assert "inserted 1, copied 0, written as a note 0" in told
    assert "sent as they were 1, changed 0" in told
    assert main(["drafts", "--json", *data]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report.items() >= {"drafts": 3, "agents": 2, "undecided": 2, "up": 1, "by_agent": {}}.items()


def test_what_is_kept_of_drafts_is_taken_away_and_erased(data: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--drafts", "--owner", "agent:2", *data]) == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["d_1", "d_2"]
    assert main(["erase", "--owner", "agent:2", *data]) == 0
    assert "2 drafts" in capsys.readouterr().out
    assert main(["erase", "d_0", *data]) == 0
    assert "a draft" in capsys.readouterr().out
    assert main(["export", "--drafts", *data]) == 0
    assert capsys.readouterr().out == ""
    assert main(["erase", "d_0", *data]) == 1
