import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fake_llm import FakeLLM, Scenario, quoted_passages
from tests.faults import SOAK

pytestmark = pytest.mark.slow  # each runs a process

_ASKED = {"message": "How do I add my own articles?", "conversation_id": "c_1"}

_TRIES = 1_200

_WATCHED = """
import runpy, sys
def watch(event, arguments):
    if event == "socket.connect" and arguments[0].family.name != "AF_UNIX":
        print(f"CONNECTS {arguments[1]}", file=sys.stderr, flush=True)
    if event == "socket.getaddrinfo":
        print(f"RESOLVES {arguments[0]}", file=sys.stderr, flush=True)
sys.addaudithook(watch)
sys.argv = ["support_bot", *sys.argv[1:]]
try:
    runpy.run_module("support_bot", run_name="__main__", alter_sys=True)
finally:
    print("IMPORTED", *sorted({"torch", "unstructured", "support_bot.telemetry"} & set(sys.modules)), file=sys.stderr)
"""


def _command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", _WATCHED, *map(str, arguments)]


def _run(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(*arguments), capture_output=True, text=True, env={**os.environ, **env})  # noqa: TID251


@contextmanager
def _serving(data: Path, **env: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = _command("serve", "--port", "0", "--data", data)
    everything = {**os.environ, **env}  # noqa: TID251
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=everything) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split(" on ")[1].split(",")[0]
        while server.poll() is None:
            try:
                if httpx.get(f"{address}/readyz").is_success:
                    break
            except httpx.TransportError:
                pass  # it is still starting
            time.sleep(0.05)
        yield server, address
        server.kill()


@pytest.fixture
def own_data(sample_data: Path, tmp_path: Path) -> Path:
    """The sample help centre, where conversations may be kept."""
    return shutil.copytree(sample_data, tmp_path / "data")


@pytest.fixture
def stalling() -> Iterator[FakeLLM]:
    """A chat model that does not come to an end."""
    with FakeLLM() as llm:
        llm.replies(lambda request: quoted_passages(request) + " and so on" * 1_000)
        llm.scenario = Scenario(pause=0.01)
        yield llm


def _model(llm: FakeLLM) -> dict[str, str]:
    return {"SUPPORT_BOT_LLM_BASE_URL": llm.base_url, "RUNAPI_KEY": llm.key}


def _exported(data: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _run("export", "--data", data).stdout.splitlines()]


def test_ask_prints_an_answer_with_its_sources(sample_data: Path) -> None:
    done = _run("ask", "How do I add my own articles?", "--data", sample_data)
    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout
    assert "http://127.0.0.1:8000/sources/" in done.stdout
    assert "(answered, extractive, confidence 0." in done.stdout


def test_ask_prints_one_object_and_leaves_this_machine_for_nothing(sample_data: Path) -> None:
    done = _run("ask", "How do I add my own articles?", "--json", "--data", sample_data)
    answer = json.loads(done.stdout)
    names = {"outcome", "status", "mode", "text", "citations", "confidence", "usage", "cost"}
    assert names <= set(answer)
    assert answer["outcome"] == "answered"
    assert "CONNECTS" not in done.stderr
    assert "RESOLVES" not in done.stderr
    assert done.stderr.splitlines()[-1] == "IMPORTED"


@pytest.mark.parametrize(
    ("arguments", "env", "code", "complaint"),
    [
        (["ask", ""], {}, 2, "The question is empty"),
        (["ask", "x" * 3_000], {}, 2, "at most 2,000"),
        (["ask", "x", "--data", "nowhere"], {}, 1, "Run `python -m ingest run PATH --site default`"),
        (["hide", "kb/a.md", "--data", "nowhere", "--site", "acme"], {}, 1, "Site 'acme' has no knowledge"),
        (["unhide", "kb/a.md", "--data", "nowhere", "--site", "acme"], {}, 1, "No document 'kb/a.md' is hidden"),
        (["rollback", "--data", "nowhere", "--site", "acme"], {}, 1, "Site 'acme' has no other generation"),
        (["rollback", "--site", "../acme"], {}, 2, "Setting site is '../acme'"),
        (["serve", "--data", "nowhere"], {"SUPPORT_BOT_HOST": "0.0.0.0"}, 2, "site 'default' is not set up for them"),
        (["serve"], {"SUPPORT_BOT_HOST": "everywhere"}, 2, "Setting host is 'everywhere'"),
        (["keys", "revoke", "12345678", "--data", "nowhere"], {}, 2, "There is no key '12345678'"),
        (["serve"], {"SUPPORT_BOT_PORT": "http"}, 2, "Setting port is 'http'"),
        (["eval", "retrieval", "--dataset", "nowhere"], {}, 2, "corpus.jsonl"),
        (["fly"], {}, 2, "invalid choice: 'fly'"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_exit_code(
    tmp_path: Path, arguments: list[str], env: dict[str, str], code: int, complaint: str
) -> None:
    with contextlib.chdir(tmp_path):  # some of them make a data directory
        done = _run(*arguments, **env)
    told = [line for line in done.stderr.splitlines() if line.startswith("support_bot: ") or "error: " in line]
    assert done.returncode == code, done.stderr
    assert len(told) == 1
    assert complaint in told[0]
    assert "Traceback" not in done.stderr


def test_an_index_of_another_model_is_refused_before_anything_listens(sample_data: Path) -> None:
    done = _run("serve", "--port", "0", "--data", sample_data, KNOWLEDGE_EMBEDDING_MODEL="other/model")
    assert done.returncode == 1
    assert "was built with 'all-MiniLM-L6-v2' but KNOWLEDGE_EMBEDDING_MODEL is 'other/model'" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Serving" not in done.stdout


def test_a_tracer_in_the_environment_is_not_switched_on(sample_data: Path) -> None:
    done = _run("ask", "How do I start?", "--data", sample_data, LANGSMITH_TRACING="true", LANGSMITH_API_KEY="x")
    assert done.returncode == 0
    assert "CONNECTS" not in done.stderr
    assert "RESOLVES" not in done.stderr


def test_sigterm_ends_a_server(served_data: Path) -> None:
    with _serving(served_data) as (server, _):
        server.terminate()
        assert server.wait(timeout=25) in (0, -signal.SIGTERM)


def test_p1_what_cannot_be_finished_before_the_end_is_told_so_and_kept(own_data: Path, stalling: FakeLLM) -> None:
    with _serving(own_data, SUPPORT_BOT_SHUTDOWN_SECONDS="0.5", **_model(stalling)) as (server, url):
        with httpx.stream("POST", f"{url}/api/v1/chat", json=_ASKED, timeout=60) as response:
            lines = response.iter_lines()
            assert "event: delta" in lines
            server.send_signal(signal.SIGTERM)
            rest = "\n".join(lines)
        assert server.wait(timeout=60) == 0
    assert "/problems/server-restarting" in rest
    assert rest.count("event: done") == 1
    [kept] = _exported(own_data)
    assert kept["status"] == "interrupted"
    assert kept["answer"]["text"]


def test_p1_a_server_that_ends_says_so_at_once_and_finishes_what_it_has_begun(own_data: Path) -> None:
    with FakeLLM(scenario=Scenario(is_held=True)) as llm, _serving(own_data, **_model(llm)) as (server, url):
        with httpx.stream("POST", f"{url}/api/v1/chat", json=_ASKED, timeout=60) as response:
            lines = response.iter_lines()
            assert "event: delta" in lines
            server.send_signal(signal.SIGTERM)
            for _ in range(_TRIES):
                if httpx.get(f"{url}/readyz").status_code == 503:
                    break
                time.sleep(0.05)
            refused = httpx.post(f"{url}/api/v1/chat", json=_ASKED)
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/server-restarting")
            assert httpx.get(f"{url}/healthz").status_code == 200
            llm.release.set()
            rest = "\n".join(lines)
        assert server.wait(timeout=60) == 0
    assert "server-restarting" not in rest
    assert '"status":"complete"' in rest


def test_p8_a_server_that_was_stopped_goes_on_where_it_was(own_data: Path) -> None:
    with FakeLLM(scenario=Scenario(is_held=True)) as llm:
        settings = {"SUPPORT_BOT_LLM_IDLE_SECONDS": "4", "SUPPORT_BOT_LLM_FIRST_TOKEN_SECONDS": "60"}
        with (
            _serving(own_data, **_model(llm), **settings) as (server, url),
            httpx.stream("POST", f"{url}/api/v1/chat", json=_ASKED, timeout=120) as response,
        ):
            lines = response.iter_lines()
            assert "event: delta" in lines
            server.send_signal(signal.SIGSTOP)
            llm.release.set()
            time.sleep(60 if SOAK else 6)  # longer than the model may fall silent
            server.send_signal(signal.SIGCONT)
            rest = "\n".join(lines)
            again = httpx.post(f"{url}/api/v1/chat", json=_ASKED, headers={"Accept": "application/json"}, timeout=60)
    assert '"status":"complete"' in rest
    assert "event: error" not in rest
    assert again.json()["status"] == "complete"


def test_p9_a_server_without_files_left_goes_on_once_there_are_some(own_data: Path) -> None:
    with _serving(own_data) as (server, url):
        assert httpx.post(f"{url}/api/v1/chat", json=_ASKED, timeout=60).status_code == 200
        files = Path(f"/proc/{server.pid}/fd")
        most = len(list(files.iterdir())) + 20
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (most, most))
        host, port = url.removeprefix("http://").split(":")
        with contextlib.ExitStack() as held:
            for _ in range(100):
                connection = held.enter_context(socket.socket())
                connection.settimeout(60)
                connection.connect((host, int(port)))
            for _ in range(_TRIES):
                if len(list(files.iterdir())) >= most - 1:
                    break
                time.sleep(0.05)
            assert len(list(files.iterdir())) >= most - 1
        answer = _first_success(url)
        assert answer.json()["status"] == "complete"
        assert server.poll() is None


def _first_success(url: str) -> httpx.Response:
    for _ in range(_TRIES):
        with contextlib.suppress(httpx.TransportError):  # a connection of those that it had no file for
            answer = httpx.post(f"{url}/api/v1/chat", json=_ASKED, headers={"Accept": "application/json"}, timeout=60)
            if answer.status_code == 200:
                return answer
        time.sleep(0.05)
    raise AssertionError("The server does not recover.")


def test_p2_a_kill_in_the_middle_of_an_answer_loses_no_question(own_data: Path, stalling: FakeLLM) -> None:
    with (
        _serving(own_data, **_model(stalling)) as (server, url),
        httpx.stream("POST", f"{url}/api/v1/chat", json=_ASKED, timeout=60) as response,
    ):
        first = next(line for line in response.iter_lines() if line.startswith("id: ")).removeprefix("id: ")
        server.kill()
    with _serving(own_data) as (_, url):
        [kept] = httpx.get(f"{url}/api/v1/conversations/c_1").json()["messages"]
        rest = httpx.get(f"{url}/api/v1/chat/{kept['message_id']}/stream", headers={"Last-Event-ID": first}).text
    assert (kept["message"], kept["status"], kept["answer"]) == (_ASKED["message"], "interrupted", None)
    assert "/problems/server-restarting" in rest
    assert rest.endswith("\n\n")
    assert '"status":"interrupted"' in rest


def test_a_conversation_is_exported_and_erased(own_data: Path) -> None:
    with _serving(own_data) as (_, url):
        asked = httpx.post(f"{url}/api/v1/chat", json=_ASKED, headers={"Accept": "application/json"}, timeout=60)
    [kept] = _exported(own_data)
    assert kept["answer"] == asked.json()
    trace = json.loads(_run("export", "--trace", "--data", own_data).stdout)["trace"]
    assert trace["candidates"][0].keys() == {"passage", "document", "score"}
    scores = [candidate["score"] for candidate in trace["candidates"]]
    assert 0 < len(scores) <= 8
    assert (trace["confidence"] > 0, trace["withheld"]) == (True, [])
    moments = trace["milliseconds"]
    assert moments["searching"] <= moments["found"] <= moments["delta"] <= moments["done"]
    unknown = _run("erase", "c_2", "--data", own_data)
    assert (unknown.returncode, "'c_2'" in unknown.stderr) == (1, True)
    assert _run("erase", kept["message_id"], "--data", own_data).returncode == 0
    assert _exported(own_data) == []
    nothing = _run("erase", "--owner", "local", "--data", own_data)
    assert (nothing.returncode, "'local'" in nothing.stderr) == (1, True)


def test_p5_a_damaged_database_is_refused_before_anything_listens(tmp_path: Path) -> None:
    (tmp_path / "conversations.sqlite").write_bytes(b"nothing of the kind" * 1000)
    refused = _run("serve", "--port", "0", "--data", tmp_path)
    assert refused.returncode == 1
    assert "Put a backup in its place" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_taken_port_is_named(served_data: Path) -> None:
    with _serving(served_data) as (_, address):
        done = _run("serve", "--port", address.rsplit(":", 1)[1], "--data", served_data)
    assert done.returncode == 74
    assert f"{address.removeprefix('http://')}: Address already in use. Stop what listens there" in done.stderr


def test_a_server_answers_with_neither_torch_nor_unstructured_in_little_memory(served_data: Path) -> None:
    with _serving(served_data) as (server, address):
        answer = httpx.post(
            f"{address}/api/v1/chat",
            json={"message": "How do I add my own articles?"},
            headers={"Accept": "application/json"},
            timeout=30,
        )
        assert answer.json()["outcome"] == "answered"
        status = Path(f"/proc/{server.pid}/status").read_text()
        megabytes = int(status.split("VmHWM:")[1].split()[0]) / 1_000
        assert megabytes < 500
        server.send_signal(signal.SIGINT)  # after SIGTERM uvicorn leaves without the last line of _WATCHED
        _, told = server.communicate(timeout=30)
    assert "IMPORTED\n" in told
    assert "CONNECTS" not in told
    assert "RESOLVES" not in told
