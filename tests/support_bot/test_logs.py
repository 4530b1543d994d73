"""What the server logs, and what it never does: a text that somebody typed or was answered, or a secret."""

import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from support_bot.conversations.errors import StoreUnavailable
from support_bot.logs import JsonLines, TextLines
from tests.fake_llm import FakeLLM, Scenario, quoted_passages

_TYPED = "Where do my own articles come from? I am Rumpelstilzchen, jane@example.com, 4111 1111 1111 1111"
_SAID = "Isländischmoos"  # by the model, in no article
_NEVER = ("Rumpelstilzchen", "jane@", "4111", _SAID, "umpelstil")


def _record(message: str, *values: object, error: BaseException | None = None, **fields: object) -> logging.LogRecord:
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord("support_bot.some", logging.WARNING, "", 0, message, values, exc_info)
    record.created = 0.5
    record.__dict__["fields"] = fields
    return record


def _raised(text: str) -> BaseException:
    try:
        try:
            raise ValueError(text)
        except ValueError as error:
            raise StoreUnavailable("The disk is full.") from error
    except StoreUnavailable as error:
        return error


def test_a_line_is_one_object_with_its_fields() -> None:
    line = json.loads(JsonLines().format(_record("%s broke\noff", "m_1", status=500)))
    assert line == {
        "time": "1970-01-01T00:00:00.500+00:00",
        "level": "warning",
        "logger": "support_bot.some",
        "message": "m_1 broke\noff",
        "status": 500,
    }


def test_at_a_terminal_what_belongs_to_a_line_is_indented_below_it() -> None:
    line = TextLines().format(_record("two\nlines", status=500))
    assert line == "1970-01-01T00:00:00.500+00:00 WARNING two\n    lines"


@pytest.mark.parametrize("lines", [TextLines, JsonLines])
def test_of_errors_that_are_not_ours_the_kind_and_the_place_alone_are_told(lines: type[TextLines]) -> None:
    line = lines().format(_record("It broke.", error=_raised(_TYPED)))
    assert "StoreUnavailable: The disk is full." in line
    assert "builtins.ValueError" in line
    assert line.count("in _raised") == 2
    assert "Rumpelstilzchen" not in line
    full = lines().format(_record("It broke.", error=OSError(28, "No space left on device", "/some/file")))
    assert "builtins.OSError: No space left on device" in full


@pytest.mark.parametrize("lines", [TextLines, JsonLines])
def test_no_line_tells_a_secret(lines: type[TextLines]) -> None:
    secrets = ["", "short", "sk-secret-of-ours", 'quoted"\\secret']
    line = lines(secrets=secrets).format(_record("The key sk-secret-of-ours is short."))
    assert "The key [secret] is short." in line
    assert "The key [secret] is odd." in lines(secrets=secrets).format(_record(f"The key {secrets[-1]} is odd."))


@contextmanager
def _serving(data: Path, **env: str) -> Iterator[tuple[str, list[str]]]:
    """Yield a server's address, and a list that holds every line of its log once it has ended."""
    command = [sys.executable, "-m", "support_bot", "serve", "--port", "0", "--data", str(data)]
    file, lines = data.with_name("log"), list[str]()
    everything = {**os.environ, **env}  # noqa: TID251
    with (
        file.open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=everything) as server,
    ):
        assert server.stdout is not None
        try:
            url = server.stdout.readline().split(" on ")[1].split(",")[0]
            _wait_for(url)
            yield url, lines
        finally:
            server.terminate()
    lines += file.read_text().splitlines()


def _wait_for(url: str) -> None:
    for _ in range(1_200):
        with contextlib.suppress(httpx.TransportError):  # it is still starting
            if httpx.get(f"{url}/readyz").is_success:
                return
        time.sleep(0.05)
    raise AssertionError("The server does not answer.")


def _ask(url: str, *, request_id: str = "r-1", **fields: Any) -> httpx.Response:
    headers = {"Accept": "application/json", "X-Request-ID": request_id, "Authorization": "Bearer Rumpelstilzchen"}
    asked = {"message": _TYPED, **fields}
    return httpx.post(f"{url}/api/v1/chat?q=Rumpelstilzchen", json=asked, headers=headers, timeout=60)


@pytest.mark.slow  # it serves
def test_whatever_happens_no_line_holds_what_was_typed_or_answered(sample_data: Path, tmp_path: Path) -> None:
    data = shutil.copytree(sample_data, tmp_path / "data")
    with FakeLLM(key="sk-canary-0123456789") as llm:
        llm.replies(lambda request: f"{quoted_passages(request)} {_SAID} is a moss [1].")
        env = {"SUPPORT_BOT_LLM_BASE_URL": llm.base_url, "RUNAPI_KEY": llm.key, "SUPPORT_BOT_LOG_LEVEL": "debug"}
        env["SUPPORT_BOT_MIN_CONFIDENCE"] = "0"
        with _serving(data, **env) as (url, lines):
            answered = _ask(url)
            llm.then(Scenario(close_after=5), Scenario(status=401, body=f"{_SAID} {llm.key}"))
            broken, refused = _ask(url, message=f"{_TYPED}?"), _ask(url, message=f"{_TYPED}??")
            unnamed = _ask(url, request_id="Rumpelstilzchen asks", surname="Rumpelstilzchen")
            httpx.get(f"{url}/api/v1/conversations/Rumpelstilzchen")
            httpx.get(f"{url}/Rumpelstilzchen")
            said = {"message_id": answered.json()["message_id"], "rating": "down", "comment": "says Rumpelstilzchen"}
            assert httpx.post(f"{url}/api/v1/feedback", json=said).status_code == 204
    assert (answered.json()["outcome"], unnamed.status_code) == ("partial", 422)
    assert (broken.json()["degraded"], refused.json()["degraded"]) == ("llm_truncated", "llm_auth")
    assert answered.headers["x-request-id"] == "r-1"

    told = [json.loads(line) for line in lines]
    of_requests = [line for line in told if line["logger"] == "support_bot.api.request_log"]
    asked = [line for line in of_requests if line.get("route") == "/api/v1/chat"]
    assert [(line["request_id"], line["status"]) for line in asked[:3]] == [("r-1", 200)] * 3
    assert asked[0].items() >= {"method": "POST", "client": "127.0.0.0/24"}.items()
    for line, response in zip(asked, (answered, broken, refused), strict=False):
        assert (line["message_id"], line["trace_id"]) == tuple(
            response.json()[name] for name in ("message_id", "trace_id")
        )
    assert (asked[3]["request_id"], asked[3]["problem"]) == (unnamed.headers["x-request-id"], "invalid-request")
    [why] = [line for line in told if "refuses the key" in line["message"]]
    assert why["message_id"] == refused.json()["message_id"]
    assert [line["route"] for line in of_requests].count("-") == 1
    for never in (*_NEVER, llm.key):
        assert never not in "\n".join(lines)
