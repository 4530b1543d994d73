import logging
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.staticfiles import StaticFiles

from support_bot.api.request_log import HEADER, RequestLog, about, note, trace_id


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/things/{name}")
    async def thing(name: str) -> dict[str, str]:
        note(message_id="m_1")
        return {**about(), "own_trace_id": trace_id()}

    @app.get("/healthz")
    async def healthz() -> None:
        return None

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("It broke.")

    async def handle(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse(about(), status_code=500)

    app.add_exception_handler(Exception, handle)
    app.mount("/static", StaticFiles(directory="."))
    app.add_middleware(RequestLog)
    return app


async def _got(path: str, *, client: str = "192.0.2.77", **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(_app(), client=(client, 1), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return await http.get(path, headers=headers)


def _fields(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    [record] = [record for record in caplog.records if record.name == "support_bot.api.request_log"]
    fields: dict[str, Any] = record.__dict__["fields"]
    return fields


async def test_a_request_keeps_the_name_that_it_came_with() -> None:
    response = await _got("/things/one", **{HEADER: "from-the-proxy:1"})
    assert response.headers[HEADER] == response.json()["request_id"] == "from-the-proxy:1"
    assert response.json()["message_id"] == "m_1"
    assert response.json()["own_trace_id"] == response.json()["trace_id"]


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, "a\\nb", "ä", '{"a":1}'])
async def test_what_is_no_name_is_replaced(given: str) -> None:
    first, second = [await _got("/things/one", **{HEADER: given.encode("latin-1")}) for _ in range(2)]  # type: ignore[arg-type]
    assert len(first.headers[HEADER]) == 32
    assert first.headers[HEADER] != second.headers[HEADER]


async def test_the_route_is_logged_and_never_the_path(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "support_bot")
    await _got("/things/my-secret?q=my-secret")
    fields = _fields(caplog)
    assert fields.pop("milliseconds") >= 0
    assert fields == {"method": "GET", "route": "/things/{name}", "status": 200, "client": "192.0.2.0/24"}
    assert "my-secret" not in caplog.text


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [("/my-secret", "-", 404), ("/static/my-secret", "/static", 404), ("/broken", "/broken", 500)],
)
async def test_what_is_nowhere_or_breaks_is_logged_too(
    path: str, route: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "support_bot")
    response = await _got(path, client="2001:db8:1:2::3", **{HEADER: "r-1"})
    fields = _fields(caplog)
    assert (fields["route"], fields["status"], fields["client"]) == (route, status, "2001:db8:1::/48")
    assert response.status_code == status
    if status == 500:
        assert response.json()["request_id"] == "r-1"


async def test_what_watches_the_server_is_not_logged_each_time(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "support_bot")
    await _got("/healthz")
    assert [record for record in caplog.records if record.name == "support_bot.api.request_log"] == []


def test_outside_of_a_request_there_are_no_names() -> None:
    note(message_id="m_1")
    assert about() == {}
    assert trace_id() != trace_id()
