from collections.abc import AsyncGenerator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from support_bot.api.incidents import Incidents
from support_bot.api.limits import MAX_BODY_BYTES, BodyLimit, KnownHosts


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


def _client(app: BodyLimit | KnownHosts) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000")


_APP = Starlette(routes=[Route("/", _echo, methods=["GET", "POST"])])


async def _pieces(size: int) -> AsyncGenerator[bytes, None]:
    for _ in range(0, size, 1_000):
        yield b"x" * 1_000


async def test_a_body_of_the_largest_size_is_read() -> None:
    async with _client(BodyLimit(_APP, incidents=Incidents())) as client:
        assert (await client.post("/", content=b"x" * MAX_BODY_BYTES)).text == str(MAX_BODY_BYTES)
        assert (await client.post("/", content=_pieces(MAX_BODY_BYTES))).text == str(MAX_BODY_BYTES)


async def test_a_larger_one_is_refused_declared_or_not() -> None:
    async with _client(BodyLimit(_APP, incidents=Incidents())) as client:
        assert (await client.post("/", content=b"x" * (MAX_BODY_BYTES + 1))).status_code == 413
        assert (await client.post("/", content=_pieces(MAX_BODY_BYTES + 1_000))).status_code == 413


@pytest.mark.parametrize("length", ["-5", "many", "٣"])
async def test_a_declared_length_that_is_no_number_is_no_licence(length: str) -> None:
    async with _client(BodyLimit(_APP, incidents=Incidents())) as client:
        headers = [(b"content-length", length.encode())]
        refused = await client.post("/", content=_pieces(MAX_BODY_BYTES + 1_000), headers=headers)
        assert refused.status_code == 413


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("here", 200),
        ("HERE:8000", 200),
        ("[::1]:8000", 200),
        ("here.evil.example", 400),
        ("evil.example:here", 400),
        ("here@evil.example", 400),
        ("here:x", 400),
    ],
)
async def test_only_our_own_names_are_answered(host: str, status: int) -> None:
    async with _client(KnownHosts(_APP, hosts=["here", "[::1]"])) as client:
        assert (await client.get("/", headers={"Host": host})).status_code == status
