"""What a dead server leaves is taken over by the others of its site, and what a living one does is left alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.conversations.database import database_url, opened
from support_bot.conversations.records import Asked
from support_bot.conversations.servers import Servers
from support_bot.conversations.store import ConversationStore
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running_app
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it starts a database server

_ROOT = Path(__file__).parents[3]  # from which this module can be imported
_TRIES = 1_200


def _asked(message_id: str, *, conversation: str = "c_1", key: str = "") -> Asked:
    return Asked(message_id, owner="a", conversation=conversation, typed="When?", key=key, digest="d")


@pytest.fixture
def other(address: str, tmp_path: Path) -> Iterator[ConversationStore]:
    """A second server's way to the database of `store`."""
    with closing(ConversationStore(opened(database_url(address, data_dir=tmp_path)), site="default")) as other:
        yield other


def _servers(store: ConversationStore, *, place: str = "", pid: int = 0, dead_after: float = 60.0) -> Servers:
    return Servers(store.engine, site=store.site, server=store.server, place=place, pid=pid, dead_after=dead_after)


def _statuses(store: ConversationStore) -> list[str]:
    return [kept.status for kept in store.exported()]


def _ended() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def test_a_server_that_starts_leaves_alone_what_another_is_answering(
    store: ConversationStore, other: ConversationStore
) -> None:
    _servers(store).live()
    store.begin(_asked("m_1"))
    assert _servers(other).live() == 0
    assert _servers(store).live() == 0
    assert _statuses(store) == ["running"]


def test_p2_what_a_process_that_has_ended_was_answering_may_be_asked_anew_at_once(
    store: ConversationStore, other: ConversationStore
) -> None:
    _servers(store, pid=_ended()).live()
    store.begin(_asked("m_1", key="k"))
    assert _servers(other).live() == 1
    [kept] = other.conversation("c_1", owner="a")
    assert (kept.status, kept.typed) == ("interrupted", "When?")
    assert other.begin(_asked("m_2", key="k")) is None
    assert _servers(other).live() == 0


def test_on_another_machine_a_number_of_a_process_says_nothing_and_silence_does(
    store: ConversationStore, other: ConversationStore
) -> None:
    _servers(store, place="elsewhere", pid=_ended()).live()
    store.begin(_asked("m_1"))
    assert _servers(other).live() == 0
    assert _servers(other, dead_after=-1.0).live() == 1
    assert _servers(store, place="elsewhere").live() == 0  # it was only slow, and is there again
    store.begin(_asked("m_2"))
    assert _servers(other).live() == 0
    assert _statuses(store) == ["interrupted", "running"]


def test_a_server_that_has_left_leaves_nothing_and_sites_do_not_bury_each_other(
    store: ConversationStore, address: str, tmp_path: Path
) -> None:
    servers = _servers(store, pid=_ended())
    servers.live()
    store.begin(_asked("m_1"))
    with closing(ConversationStore(opened(database_url(address, data_dir=tmp_path)), site="other")) as of_other_site:
        assert _servers(of_other_site).live() == 0
    assert _statuses(store) == ["running"]
    servers.leave()
    assert _servers(store).live() == 0  # it is there again, under its own name


def test_what_nobody_is_known_to_answer_is_interrupted(store: ConversationStore, other: ConversationStore) -> None:
    store.begin(_asked("m_1"))
    assert _servers(other).live() == 1
    assert _statuses(store) == ["interrupted"]


@contextmanager
def _process(address: str, data_dir: Path, llm: FakeLLM) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield a server in a process of its own, and its address."""
    name = "tests.support_bot.conversations.test_servers"
    code = f"import sys; from pathlib import Path; from {name} import serve; serve(sys.argv[1], Path(sys.argv[2]))"
    given = {"SUPPORT_BOT_LLM_BASE_URL": llm.base_url, "RUNAPI_KEY": llm.key}
    everything = {**os.environ, **given}  # noqa: TID251
    command = [sys.executable, "-c", code, address, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=everything, cwd=_ROOT) as server:
        assert server.stdout is not None
        try:
            yield server, server.stdout.readline().strip()
        finally:
            server.kill()


def serve(address: str, data_dir: Path) -> None:
    """Serve until this process is killed."""
    patient = {"llm_first_token_seconds": 600, "llm_idle_seconds": 600, "llm_total_seconds": 600, "resume_seconds": 600}
    settings = SupportBotSettings.model_validate({"database_url": SecretStr(address), **patient})
    retriever = ListRetriever(documents=documents(log_odds=4.0))
    with running_app(create_app(settings, KnowledgeSettings(data_dir=data_dir), retriever=retriever)) as url:
        print(url, flush=True)
        signal.pause()


def _status(url: str) -> str:
    [kept] = httpx.get(f"{url}/api/v1/conversations/c_1", timeout=60).json()["messages"]
    return str(kept["status"])


def test_of_two_processes_one_goes_on_while_the_other_starts_and_is_followed_when_it_is_killed(
    address: str, tmp_path: Path
) -> None:
    with FakeLLM() as llm:
        llm.replies("Refunds are paid within 5 business days [1]. Gift cards cannot be refunded [1].")
        llm.scenario = Scenario(stall_after=14)
        asked = {"message": "When are refunds paid?", "conversation_id": "c_1"}
        with (
            _process(address, tmp_path, llm) as (first, url),
            httpx.stream("POST", f"{url}/api/v1/chat", json=asked, timeout=60) as response,
        ):
            lines = response.iter_lines()
            assert "event: delta" in lines
            with _process(address, tmp_path, llm) as (_, other):
                assert _status(other) == "running"
                first.kill()
                first.wait()  # else its number stays taken
                for _ in range(_TRIES):
                    if _status(other) != "running":
                        break
                    time.sleep(0.05)
                assert _status(other) == "interrupted"
