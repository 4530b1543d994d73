"""Measure how long an answer's first event takes from leaving the server to arriving behind nginx, and without it.

python -m tests.benchmarks.nginx_latency
"""

import statistics
import tempfile
import time
from pathlib import Path

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.nginx import HOST, behind_nginx
from tests.running import running_app
from tests.support_bot.access.site import set_up
from tests.support_bot.listed import ListRetriever, documents

_ANSWERS = 200


class _Leaving:
    """Notes when the first byte of an answer's body leaves the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_first = True

        async def noted(message: Message) -> None:
            nonlocal is_first
            if is_first and message["type"] == "http.response.body":
                is_first, self.at = False, time.monotonic()
            await send(message)

        await self._app(scope, receive, noted if scope["type"] == "http" else send)


def main() -> None:
    """Print the median and the 95th percentile of both ways, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        key = set_up(Path(folder)).texts["agent"]  # whom no limit counts
        app = create_app(
            SupportBotSettings(public_url=f"https://{HOST}"),
            KnowledgeSettings(data_dir=Path(folder)),
            retriever=ListRetriever(documents=documents()),
        )
        leaving: list[_Leaving] = []
        app.add_middleware(lambda inner: leaving.append(_Leaving(inner)) or leaving[-1])  # type: ignore[func-returns-value]
        with (
            running_app(app) as address,
            behind_nginx(address) as client,
            httpx.Client(base_url=address) as direct,
        ):
            for way in (direct, client):
                way.headers["Authorization"] = f"Bearer {key}"
            for name, way in (("direct", direct), ("behind nginx", client)):
                taken = sorted(_taken(way, leaving[0]) for _ in range(_ANSWERS))
                p95 = taken[int(_ANSWERS * 0.95)]
                print(f"{name}: p50 {statistics.median(taken):.2f} ms, p95 {p95:.2f} ms, most {taken[-1]:.2f} ms")


def _taken(client: httpx.Client, leaving: _Leaving) -> float:
    with client.stream("POST", "/api/v1/chat", json={"message": "When are refunds paid?"}) as response:
        pieces = response.iter_raw()
        next(pieces)
        taken = time.monotonic() - leaving.at
        for _ in pieces:
            pass
    return taken * 1000


if __name__ == "__main__":
    main()
