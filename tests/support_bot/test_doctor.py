import json
import os
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.__main__ import main
from support_bot.doctor import file_system, findings, handing_over, import_findings, is_held_back
from support_bot.handoff.outbox import Outbox
from support_bot.handoff.records import Wanted
from support_bot.keeping import open_store
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM, Scenario

_NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
_WELL: dict[str, Any] = {
    "last_run": "2026-03-05T02:31:00+00:00",
    "last_error": "",
    "is_fallback": False,
    "plan": None,
    "refused": None,
    "failed": 0,
}


def _found(settings: SupportBotSettings, data_dir: Path, *, call: bool = False) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    knowledge_settings = KnowledgeSettings(data_dir=data_dir)
    for each in findings(settings, knowledge_settings, days=2, call=call):
        found.setdefault(each.check, []).append((each.state, each.line()))
    return found


@pytest.mark.slow  # it runs a process
def test_a_fresh_machine_is_told_what_is_missing_and_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--data", str(tmp_path / "data")]) == 1
    told = capsys.readouterr().out
    assert "wrong  data directory:" in told
    assert "Run `python -m ingest run PATH" in told
    assert "note   settings: no key: answers are quoted. Set RUNAPI_KEY" in told
    assert "well   versions: Python 3" in told


@pytest.mark.slow  # it reads an index
def test_what_is_well_is_said_to_be(sample_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = shutil.copytree(sample_data, tmp_path / "data")
    ended = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds")})
    (data / "index" / "default" / "history.jsonl").write_text(f"{ended}\n")
    assert main(["doctor", "--json", "--data", str(data)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["state"] for each in found} == {"well", "note"}
    assert {each["check"] for each in found} == {"versions", "data directory", "index", "imports", "settings"}


@pytest.mark.slow  # it reads an index
def test_an_index_of_another_model_is_told(sample_data: Path) -> None:
    settings = KnowledgeSettings(data_dir=sample_data, embedding_model="other/model")
    told = [each.line() for each in findings(SupportBotSettings(), settings, days=2, call=False)]
    assert any("built with 'all-MiniLM-L6-v2', and KNOWLEDGE_EMBEDDING_MODEL is 'other/model'" in line for line in told)


@pytest.mark.slow  # it runs a process
def test_a_mistaken_setting_of_the_import_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_SCHEDULE", "0 0 31 2 *")  # it would never come
    assert "Setting schedule is '0 0 31 2 *'" in _found(SupportBotSettings(), tmp_path)["imports"][0][1]
    monkeypatch.setenv("INGEST_SCHEDULE", "30 2 * * *")
    monkeypatch.setenv("INGEST_WEBHOOK_URL", "https://hooks.example.com")
    assert "INGEST_WEBHOOK_SECRET must be" in _found(SupportBotSettings(), tmp_path)["imports"][0][1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"last_run": ""}, "none has ended yet"),
        ({"last_run": "2026-03-01T02:31:00+00:00"}, "ended 4 days ago"),
        ({"last_run": "2026-03-05T14:00:00+00:00"}, "clock"),
        ({"last_error": "The disk is full."}, "was stopped: The disk is full."),
        ({"is_fallback": True}, "an older one answers"),
        ({"plan": "3f9c"}, "--approve-deletions 3f9c"),
        ({"refused": "3f9c"}, "--promote-anyway 3f9c"),
    ],
)
def test_what_is_wrong_with_the_imports_is_told(change: dict[str, Any], told: str) -> None:
    wrong = [each.line() for each in import_findings(_WELL | change, now=_NOW, days=2) if each.state == "wrong"]
    assert len(wrong) == 1
    assert told in wrong[0]


def test_imports_that_are_well_are_said_to_be() -> None:
    assert [each.state for each in import_findings(_WELL, now=_NOW, days=2)] == ["well"]
    assert [each.state for each in import_findings(_WELL | {"failed": 2}, now=_NOW, days=2)] == ["well", "note"]


def test_messages_to_a_person_that_wait_are_told_with_the_reason(tmp_path: Path) -> None:
    settings, knowledge_settings = SupportBotSettings(), KnowledgeSettings(data_dir=tmp_path)
    assert handing_over(settings, knowledge_settings).state == "well"
    with closing(open_store(settings, knowledge_settings)) as store:
        outbox = Outbox(store.engine, site="default")
        outbox.put(Wanted("h_1", "a", "c_1", "", "ada@example.com", "Help", key="", digest=""))
        assert handing_over(settings, knowledge_settings).state == "well"
        claimed = outbox.claim(seconds=60)
        assert claimed is not None
        outbox.note_failed(claimed, why="status 401", pause=0)
    found = handing_over(settings, knowledge_settings)
    assert (found.state, "1 messages to a person wait" in found.found) == ("wrong", True)
    assert "status 401. Check SUPPORT_BOT_HANDOFF_TO" in found.remedy


def test_a_network_disk_is_known_by_the_longest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\nserver:/x /srv nfs4 rw 0 0\n/dev/sdb1 /srv/fast ext4 rw 0 0\n")
    assert file_system(Path("/srv/data"), mounts=mounts) == "nfs4"
    assert file_system(Path("/srv/fast/data"), mounts=mounts) == "ext4"
    assert file_system(Path("/srvother"), mounts=mounts) == "ext4"
    assert file_system(Path("/srv"), mounts=tmp_path / "nothing") == ""


@pytest.mark.slow  # it runs a process
@pytest.mark.parametrize(
    ("status", "told"),
    [(200, "well   language model: glm"), (401, "the key was refused"), (404, "status 404")],
)
def test_the_language_model_is_asked_only_when_it_may_be(tmp_path: Path, status: int, told: str) -> None:
    with FakeLLM(scenario=Scenario(status=status)) as llm:
        settings = SupportBotSettings(llm_base_url=llm.base_url, llm_api_key=SecretStr(llm.key))
        assert "language model" not in _found(settings, tmp_path)
        assert llm.requests == []
        ((_, line),) = _found(settings, tmp_path, call=True)["language model"]
        assert told in line
        assert llm.requests[0].body["max_tokens"] == 1
        assert llm.key not in line


@pytest.mark.slow  # it serves
def test_the_public_address_must_lead_here(extractive_url: str, tmp_path: Path) -> None:
    well = _found(SupportBotSettings(public_url=extractive_url), tmp_path)["public address"]
    assert well[0][0] == "well"
    with FakeLLM() as other:
        somebody = _found(SupportBotSettings(public_url=other.base_url), tmp_path)["public address"]
    assert somebody[0][0] == "wrong"
    nobody = _found(SupportBotSettings(public_url=other.base_url), tmp_path)["public address"]
    assert "cannot be reached" in nobody[0][1]


@pytest.mark.parametrize(
    ("came", "sent", "ended", "is_held"),
    [
        (0.41, 0.4, 4.0, False),
        (4.01, 0.4, 4.0, True),
        (3.9, 0.4, 4.0, True),
        (1.0, 0.4, 4.0, False),  # a slow line
    ],
)
def test_words_are_held_back_that_come_with_the_answer_s_end(
    came: float, sent: float, ended: float, is_held: bool
) -> None:
    assert is_held_back(came, sent=sent, ended=ended) == is_held


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_directory_of_somebody_else_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "cannot be written" in _found(SupportBotSettings(), tmp_path)["data directory"][0][1]
