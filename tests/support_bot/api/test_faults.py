"""What an asker gets for each way in which a model's endpoint can fail, over real sockets."""

import asyncio
import email.utils
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running_app
from tests.support_bot.api.events import ask, events_of
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # each case has a server of its own, since a breaker remembers

_QUESTION = "When are refunds paid?"
_ANSWER = "Refunds are paid within 5 business days [1]. Gift cards cannot be refunded [1]."
_SECRET = "words-of-the-endpoint"
_DEFAULT = Scenario()


@contextmanager
def bot(llm: FakeLLM, tmp_path: Path, **settings: Any) -> Iterator[str]:
    """Yield the address of a server that writes with this model."""
    given = {
        "llm_base_url": llm.base_url,
        "llm_api_key": SecretStr(llm.key),
        **settings,
    }
    app = create_app(
        SupportBotSettings(**given),
        KnowledgeSettings(data_dir=tmp_path),
        retriever=ListRetriever(documents=documents(log_odds=4.0)),
    )
    with running_app(app) as url:
        yield url


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM() as server:
        server.replies(_ANSWER)
        yield server


def frames(*sent: str, head: str = "content-type: text/event-stream\r\n") -> Scenario:
    body = "".join(f"data: {frame}\n\n" for frame in sent)
    return Scenario(raw=f"HTTP/1.1 200 OK\r\n{head}connection: close\r\n\r\n{body}".encode())


def delta(content: object, finish_reason: str | None = None) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish_reason}]})


def error_body(code: str) -> str:
    return json.dumps({"error": {"message": _SECRET, "code": code}})


_HTML = Scenario(body=f"<h1>{_SECRET}</h1>", headers={"content-type": "text/html"})
_SOON = email.utils.formatdate(time.time() - 5, usegmt=True)
_FIRST = delta("Refunds are paid within 5 business days [1]. ")
_REST = delta("Gift cards cannot be refunded [1].")
_STOP = delta("", "stop")
_HUGE = "Refunds are paid within 5 business days [1]. Gift cards cannot be refunded [1]. " * 200


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the endpoint does, and what must come of it."""

    does: tuple[Scenario, ...]  # one a request; the last for all further ones
    outcome: str = "answered"
    mode: str = "generated"
    degraded: str | None = None
    status: str = "complete"
    error: str = ""
    handoff: str | None = None
    requests: int = 1
    clock: float | None = None  # seconds to wait for text, where that is what the endpoint makes us do


def stood_in_for(degraded: str, *does: Scenario, requests: int, clock: float | None = None) -> Row:
    """Return a row in which the articles' own sentences answer."""
    return Row(does=does, mode="extractive", degraded=degraded, handoff="degraded", requests=requests, clock=clock)


ROWS = {
    "L4 401": stood_in_for("llm_auth", Scenario(status=401, body=error_body("invalid_api_key")), requests=1),
    "L4 403": stood_in_for("llm_auth", Scenario(status=403), requests=1),
    "L5 402": stood_in_for("llm_billing", Scenario(status=402), requests=1),
    "L5 quota": stood_in_for("llm_billing", Scenario(status=429, body=error_body("insufficient_quota")), requests=1),
    "L6 seconds": Row(does=(Scenario(status=429, headers={"retry-after": "1"}), _DEFAULT), requests=2),
    "L6 date": Row(does=(Scenario(status=429, headers={"retry-after": _SOON}), _DEFAULT), requests=2),
    "L7 long": stood_in_for("llm_rate_limited", Scenario(status=429, headers={"retry-after": "3600"}), requests=1),
    "L7 none": stood_in_for("llm_rate_limited", Scenario(status=429), requests=1),
    "L8 once": Row(does=(Scenario(status=500), Scenario(status=529), _DEFAULT), requests=3),
    **{
        f"L8 {status}": stood_in_for("llm_server", Scenario(status=status), requests=3)
        for status in (500, 502, 503, 504, 529)
    },
    "L9 once": Row(does=(Scenario(stall_after=0), _DEFAULT), requests=2, clock=5.0),
    "L9": stood_in_for("llm_timeout", Scenario(stall_after=1), requests=2, clock=0.4),
    "L10": Row(
        does=(Scenario(stall_after=12),),
        outcome="partial",
        degraded="llm_stall",
        status="partial",
        error="/problems/upstream-stalled",
        handoff="degraded",
        clock=5.0,
    ),
    "L11": Row(
        does=(Scenario(close_after=12),),
        outcome="partial",
        degraded="llm_truncated",
        status="partial",
        error="/problems/upstream-truncated",
        handoff="degraded",
    ),
    "L12 legal": Row(
        does=(
            Scenario(
                raw=b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n\xef\xbb\xbf: hello\r\n"
                + b'data: {"choices":\r\n'
                + b'data: [{"delta": {"content": "Refunds are paid within 5 business days [1]."}}]}'
                + b"\r\n\r\nevent: x\rdata: "
                + _STOP.encode()
                + b"\r\rdata: [DONE]",
                write_bytes=3,
            ),
        )
    ),
    "L12 two bad": Row(does=(frames(_FIRST, "{", "[]", _REST, _STOP),)),
    "L12 three bad": Row(
        does=(frames(_FIRST, _REST, "{", "[]", "?", _STOP),),
        outcome="partial",
        degraded="llm_truncated",
        status="partial",
        error="/problems/upstream-truncated",
        handoff="degraded",
    ),
    "L13 once": Row(does=(frames('{"choices": []}', "[DONE]"), _DEFAULT), requests=2),
    "L13": stood_in_for(
        "llm_empty", frames(delta(None), delta(" \n"), '{"choices": [{"delta": null}]}', _STOP), requests=2
    ),
    "L14": Row(does=(Scenario(finish_reason="length"),), status="truncated"),
    "L15": Row(does=(frames(delta("", "content_filter")),), outcome="refused", status="truncated", handoff="refused"),
    "L16 page": stood_in_for("llm_bad_response", _HTML, requests=3),
    "L16 502": stood_in_for("llm_server", Scenario(status=502, body=f"<h1>{_SECRET}</h1>"), requests=3),
    "L16 error": stood_in_for("llm_server", Scenario(body=error_body("503")), requests=3),
    "L16 400": stood_in_for("llm_bad_request", Scenario(status=400, body=_SECRET), requests=1),
    "L17 text": Row(does=(frames(delta(_HUGE), _STOP),), status="truncated"),
    "L17 line": Row(does=(frames(_FIRST, "x" * 1_500_000),), status="truncated"),
    "L17 bomb": stood_in_for(
        "llm_bad_response", Scenario(body=b"\x1f\x8b" * 999, headers={"content-encoding": "gzip"}), requests=3
    ),
    "L18": Row(
        does=(frames(delta("Refunds take 9 weeks [1]. We sell boats [7]. Call us today."), _STOP),),
        outcome="no_answer",
        handoff="no_answer",
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_each_fault_of_the_endpoint_has_its_result(llm: FakeLLM, tmp_path: Path, row: Row) -> None:
    *first, llm.scenario = row.does
    llm.then(*first)
    clocks = {} if row.clock is None else {"llm_first_token_seconds": row.clock, "llm_idle_seconds": row.clock}
    with bot(llm, tmp_path, **clocks) as url:
        events = events_of(url, _QUESTION)
    sent = dict(events)
    names = [name for name, _ in events]
    assert (names[0], names[-1], names.count("done")) == ("meta", "done", 1)
    verdict = sent["verdict"]
    assert (verdict["outcome"], verdict["mode"], verdict["degraded"]) == (row.outcome, row.mode, row.degraded)
    assert sent["done"]["status"] == row.status
    assert sent.get("error", {}).get("type", "") == row.error
    assert sent.get("handoff", {}).get("reason") == row.handoff
    assert len(llm.requests) == row.requests
    text = "".join(data["text"] for name, data in events if name == "delta")
    assert ("Refunds are paid within 5 business days. [1]" in text) == (row.outcome in ("answered", "partial"))
    assert _SECRET not in str(events)
    assert llm.key not in str(events)


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_where_nothing_is_to_be_quoted_an_outage_is_a_problem(llm: FakeLLM, tmp_path: Path, accept: str) -> None:
    llm.scenario = Scenario(status=401, body=error_body(_SECRET))
    with bot(llm, tmp_path, llm_outage="refuse") as url:
        response = httpx.post(f"{url}/api/v1/chat", json={"message": _QUESTION}, headers={"accept": accept})
        completion = httpx.post(
            f"{url}/v1/chat/completions", json={"messages": [{"role": "user", "content": _QUESTION}]}
        )
    for refused in (response, completion):
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/model-unavailable")
        assert refused.headers["retry-after"] == "5"
        assert _SECRET not in refused.text


def test_where_nothing_is_to_be_quoted_a_model_that_answers_is_not_missed(llm: FakeLLM, tmp_path: Path) -> None:
    llm.replies(_ANSWER)
    with bot(llm, tmp_path, llm_outage="refuse") as url:
        events = events_of(url, _QUESTION)
    assert [name for name, _ in events][:1] == ["meta"]
    assert dict(events)["verdict"]["mode"] == "generated"


@pytest.mark.parametrize(
    ("address", "degraded"),
    [("http://127.0.0.1:1/v1", "llm_connect"), ("http://no-such-host.invalid/v1", "llm_dns")],
    ids=["L1", "L2"],
)
def test_an_endpoint_that_cannot_be_reached_is_stood_in_for(
    llm: FakeLLM, tmp_path: Path, address: str, degraded: str
) -> None:
    with bot(llm, tmp_path, llm_base_url=address) as url:
        answer = ask(url, _QUESTION)
    assert (answer["outcome"], answer["mode"], answer["degraded"]) == ("answered", "extractive", degraded)
    assert "127.0.0.1:1/" not in str(answer)
    assert "no-such-host" not in str(answer)


def test_l3_a_connection_that_cannot_be_made_secure_is_not_tried_again(llm: FakeLLM, tmp_path: Path) -> None:
    with (
        _plain_speaker() as (port, connections),
        bot(llm, tmp_path, llm_base_url=f"https://127.0.0.1:{port}/v1") as url,
    ):
        answer = ask(url, _QUESTION)
    assert (answer["mode"], answer["degraded"]) == ("extractive", "llm_tls")
    assert len(connections) == 1


def test_l7_how_long_the_endpoint_asks_to_wait_is_known_to_every_request(llm: FakeLLM, tmp_path: Path) -> None:
    llm.scenario = Scenario(status=429, headers={"retry-after": "3600"})
    with bot(llm, tmp_path) as url:
        answers = [ask(url, _QUESTION) for _ in range(3)]
    assert {answer["degraded"] for answer in answers} == {"llm_rate_limited"}
    assert len(llm.requests) == 1


@pytest.mark.parametrize(
    ("scenario", "fault", "requests"),
    [(Scenario(status=401), "llm_auth", 1), (Scenario(status=503), "llm_server", 5)],
    ids=["L4", "L19"],
)
def test_l19_an_endpoint_that_keeps_failing_is_left_alone_and_the_server_says_so(
    llm: FakeLLM, served_data: Path, scenario: Scenario, fault: str, requests: int
) -> None:
    llm.scenario = scenario
    with bot(llm, served_data) as url:
        assert httpx.get(f"{url}/readyz").json()["degraded"] is None
        answers = [ask(url, _QUESTION) for _ in range(5)]
        assert httpx.get(f"{url}/readyz").json()["degraded"] == fault
    assert {answer["outcome"] for answer in answers} == {"answered"}
    assert {answer["degraded"] for answer in answers} == {fault}
    assert len(llm.requests) == requests


def test_another_endpoint_writes_where_the_first_one_fails(llm: FakeLLM, tmp_path: Path) -> None:
    with FakeLLM(key="sk-second") as second:
        second.replies(_ANSWER)
        llm.scenario = Scenario(status=500)
        given = {
            "llm_fallback_base_url": second.base_url,
            "llm_fallback_api_key": SecretStr(second.key),
            "llm_fallback_model": "spare",
            "llm_fallback_max_tokens_field": "max_completion_tokens",
            "llm_fallback_extra_body": {"reasoning_effort": "none"},
        }
        with bot(llm, tmp_path, **given) as url:
            answer = ask(url, _QUESTION)
    assert (answer["mode"], answer["degraded"], answer["handoff"]) == ("generated", None, None)
    assert (len(llm.requests), len(second.requests)) == (2, 1)
    asked = second.requests[0].body
    assert (asked["model"], asked["max_completion_tokens"], asked["reasoning_effort"]) == ("spare", 800, "none")
    assert "max_tokens" not in asked


def test_what_an_endpoint_says_reaches_no_log(llm: FakeLLM, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    llm.then(Scenario(status=500, body=_SECRET), _HTML, Scenario(status=401, body=error_body(_SECRET)))
    with caplog.at_level(0), bot(llm, tmp_path) as url:
        ask(url, _QUESTION)
        ask(url, _QUESTION)
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("hypothesis")]
    assert "RUNAPI_KEY" in str(logged)
    for secret in (_SECRET, llm.key, _QUESTION):
        assert secret not in str(logged)


@contextmanager
def _plain_speaker() -> Iterator[tuple[int, list[int]]]:
    """Yield the port of a server that answers a TLS greeting in plain HTTP, and what grows with each connection."""
    connections: list[int] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()
    ports: list[int] = []

    def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(accept, "127.0.0.1")
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        async with server:
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    ready.wait(10)
    yield ports[0], connections
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()
