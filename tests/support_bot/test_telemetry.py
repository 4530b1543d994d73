"""The spans that a collector is sent of a request, and what they never hold."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running_app
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_QUESTION = "When are refunds paid, asks Rumpelstilzchen?"
_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"  # not recorded by the caller: no matter


class Collector:
    """A collector of OTLP over HTTP: `address` is its own, `bodies` what it was sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *values: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "Collector":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def spans(self) -> list[Span]:
        """Return all spans, in the order in which they began."""
        requests = map(ExportTraceServiceRequest.FromString, self.bodies)
        scopes = [scope for request in requests for each in request.resource_spans for scope in each.scope_spans]
        return sorted((span for scope in scopes for span in scope.spans), key=lambda span: span.start_time_unix_nano)


@contextmanager
def _served(llm: FakeLLM, collector: str, data_dir: Path) -> Iterator[str]:
    settings = SupportBotSettings(
        llm_base_url=llm.base_url, llm_api_key=SecretStr(llm.key), telemetry_url=collector, resume_seconds=0
    )
    retriever = ListRetriever(documents=documents(log_odds=4.0))
    with running_app(create_app(settings, KnowledgeSettings(data_dir=data_dir), retriever=retriever)) as url:
        yield url


def _ask(url: str, **headers: str) -> httpx.Response:
    headers["Accept"] = "application/json"
    return httpx.post(f"{url}/api/v1/chat", json={"message": _QUESTION}, headers=headers, timeout=30)


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM() as llm:
        llm.replies("Refunds are paid within 5 business days [1]. Gift cards cannot be refunded [1].")
        yield llm


def _attributes(span: Span) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value") or "") for each in span.attributes}


def test_a_request_its_retrieval_its_call_and_its_checks_are_one_trace(llm: FakeLLM, tmp_path: Path) -> None:
    with Collector() as collector:
        with _served(llm, collector.address, tmp_path) as url:
            httpx.get(f"{url}/healthz")
            response = _ask(url, traceparent=_PARENT, tracestate="a=Rumpelstilzchen", **{"X-Request-ID": "r-1"})
        request, *parts = collector.spans()  # all are sent when the server ends
    answer = response.json()
    assert request.trace_id.hex() == answer["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert (request.name, request.parent_span_id.hex()) == ("POST /api/v1/chat", "b7ad6b7169203331")
    expected = {"http.route": "/api/v1/chat", "http.response.status_code": 200, "support_bot.request_id": "r-1"}
    assert _attributes(request).items() >= (expected | {"support_bot.message_id": answer["message_id"]}).items()
    assert [part.name for part in parts] == ["retrieve", "call model", "check", "check"]
    for part in parts:
        assert (part.trace_id, part.parent_span_id) == (request.trace_id, request.span_id)
        assert request.start_time_unix_nano <= part.start_time_unix_nano <= part.end_time_unix_nano
        assert part.end_time_unix_nano <= request.end_time_unix_nano
    assert _attributes(parts[0]) == {"support_bot.passages": 3}
    usage = answer["usage"]
    assert _attributes(parts[1]) == {
        "gen_ai.response.model": "glm-5-turbo",
        "gen_ai.usage.input_tokens": usage["input_tokens"],
        "gen_ai.usage.output_tokens": usage["output_tokens"],
    }
    for never in (b"Rumpelstilzchen", b"5 business days", b"Gift cards", llm.key.encode()):
        assert never not in b"".join(collector.bodies)


def test_what_fails_is_told_by_its_kind(llm: FakeLLM, tmp_path: Path) -> None:
    llm.scenario = Scenario(status=401, body="no Rumpelstilzchen")
    with Collector() as collector:
        with _served(llm, collector.address, tmp_path) as url:
            assert _ask(url).json()["degraded"] == "llm_auth"
        [calling] = [span for span in collector.spans() if span.name == "call model"]
    assert (calling.status.code, calling.status.message) == (2, "ModelUnavailable")
    assert b"Rumpelstilzchen" not in b"".join(collector.bodies)


def test_a_collector_that_is_not_there_keeps_nobody_from_an_answer(llm: FakeLLM, tmp_path: Path) -> None:
    with _served(llm, "http://127.0.0.1:1", tmp_path) as url:
        assert _ask(url).json()["outcome"] == "answered"
