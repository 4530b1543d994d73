"""A backup of the database, put in its place, holds what was kept and spent when it was made."""

import os
import shlex
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import URL, create_engine, make_url, text

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.backup import kept_elsewhere
from support_bot.conversations.database import FILE, database_url, opened
from support_bot.conversations.ledger import Caps, Ledger
from support_bot.conversations.records import Asked
from support_bot.conversations.store import ConversationStore
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM
from tests.running import running_app
from tests.support_bot.api.events import ask
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves, and starts a database server

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_BEFORE = 5  # answers


def _settings(llm: FakeLLM) -> SupportBotSettings:
    wide = {"limit_visitor": "9999/minute", "limit_address": "9999/minute"}
    return SupportBotSettings.model_validate(
        {"llm_base_url": llm.base_url, "llm_api_key": SecretStr(llm.key), "daily_cap": 5, **wide}
    )


def test_a_copy_made_while_questions_are_answered_serves_what_was_kept_and_spent(tmp_path: Path) -> None:
    data, copy, retriever = tmp_path / "data", tmp_path / "copy", ListRetriever(documents=documents(log_odds=4.0))
    ended, answers = threading.Event(), list[dict[str, object]]()
    with FakeLLM() as llm:
        llm.replies("Refunds are paid within 5 business days [1].")
        with running_app(create_app(_settings(llm), KnowledgeSettings(data_dir=data), retriever=retriever)) as url:

            def go_on() -> None:
                while not ended.is_set():
                    answers.append(ask(url, "When are refunds paid?", conversation_id="c_1"))

            asking = threading.Thread(target=go_on)
            asking.start()
            while len(answers) < _BEFORE:
                assert asking.is_alive()
                ended.wait(0.01)
            before = list(answers)
            command = [sys.executable, "-m", "support_bot", "backup", str(copy), "--data", str(data)]
            done = subprocess.run(command, capture_output=True, text=True)
            ended.set()
            asking.join()
        assert done.returncode == 0, done.stderr
        assert "not in that folder" not in done.stdout

        with running_app(create_app(_settings(llm), KnowledgeSettings(data_dir=copy), retriever=retriever)) as url:
            kept = httpx.get(f"{url}/api/v1/conversations/c_1").json()["messages"]
            assert ask(url, "When are refunds paid?", conversation_id="c_1")["outcome"] == "answered"
    assert [message["answer"] for message in kept[: len(before)]] == before
    assert {message["status"] for message in kept[:-1]} == {"complete"}
    # What was being answered then is whoever's who answered it, and that process, this one, lives on.
    assert kept[-1]["status"] in ("complete", "running")
    with closing(ConversationStore(opened(database_url("", data_dir=copy)), site="default")) as store:
        spent = Ledger(store.engine, site="default", caps=Caps()).standing()[1].cost
        assert spent >= sum(cost.cost for cost in store.costs_of("c_1")) > 0


def _run(line: str) -> None:
    path = f"{_PROGRAMS[-1]}:{os.environ['PATH']}"  # noqa: TID251
    subprocess.run(shlex.split(line), check=True, env={**os.environ, "PATH": path})  # noqa: TID251


def _emptied(url: URL) -> URL:
    """Return the address of an empty database beside this one."""
    engine = create_engine(url.set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS restored"))
        connection.execute(text("CREATE DATABASE restored"))
    engine.dispose()
    return url.set(database="restored")


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_the_lines_that_are_told_copy_and_restore_what_is_in_postgresql(
    address: str, store: ConversationStore, tmp_path: Path
) -> None:
    for number in range(3):
        store.begin(Asked(f"m_{number}", owner="a", conversation="c_1", typed="價格?", key="", digest="d"))
    ledger = Ledger(store.engine, site="default", caps=Caps())
    ledger.settle(ledger.reserve(0.5, seconds=60), 0.25)
    url = make_url(address).set(password="hunter2")
    told = kept_elsewhere(url, data_dir=tmp_path, target=tmp_path).splitlines()
    assert "hunter2" not in "".join(told)
    assert "***" not in "".join(told)
    assert "in PostgreSQL, and not in that folder" in told[0]
    restored = _emptied(make_url(address))
    _run(told[1])
    _run(told[3].replace(make_url(address).render_as_string(), restored.render_as_string()))
    address = restored.render_as_string()
    with closing(ConversationStore(opened(database_url(address, data_dir=tmp_path)), site="default")) as again:
        assert [kept.typed for kept in again.conversation("c_1", owner="a")] == ["價格?"] * 3
        assert Ledger(again.engine, site="default", caps=Caps()).standing()[1].cost == 0.25


def test_a_file_that_lies_elsewhere_is_told_of(tmp_path: Path) -> None:
    url = database_url(f"sqlite:///{tmp_path}/else/where.sqlite", data_dir=tmp_path / "data")
    told = kept_elsewhere(url, data_dir=tmp_path / "data", target=tmp_path / "copy")
    assert told.endswith(f"sqlite3 {tmp_path}/else/where.sqlite 'VACUUM INTO '\"'\"'{tmp_path}/copy/{FILE}'\"'\"''")
    assert kept_elsewhere(database_url("", data_dir=tmp_path), data_dir=tmp_path, target=tmp_path / "copy") == ""
