"""Turn settings into a process that serves until it is told to stop."""

import asyncio
import gc
import socket
import time

import uvicorn
from fastapi import FastAPI

from knowledge.catalog import Catalog
from knowledge.generation import Generation
from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.connection import patient
from support_bot.keeping import open_store
from support_bot.logs import log_to_standard_error
from support_bot.settings import SupportBotSettings
from support_bot.watchdog import watched

_CLOSING_SECONDS = 3  # that connections have to end after their answers
_LOOKS = 0.05  # seconds between two looks at the answers that are still given


class _Server(uvicorn.Server):
    """Ends answers that take too long to finish with the reason, before their connections are cut."""

    def __init__(self, config: uvicorn.Config, *, app: FastAPI, seconds: float) -> None:
        super().__init__(config)
        self._app = app
        self._seconds = seconds

    async def _serve(self, sockets: list[socket.socket] | None = None) -> None:
        with watched(blocked=self._app.state.incidents.blocked):
            await super()._serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and count what is there then as there for good: to look it all through would hold every answer up."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin no new answer, let those that are given finish for a while, and end the rest."""
        runs, until = self._app.state.runs, time.monotonic() + self._seconds
        runs.leave()
        while runs.count and time.monotonic() < until and not self.force_exit:  # noqa: ASYNC110 - a second signal is no event
            await asyncio.sleep(_LOOKS)
        runs.stop("restarting")
        await super().shutdown(sockets)
        self._captured_signals.clear()  # uvicorn would raise them again: an end that was asked for is no failure


def serve(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    """Serve until SIGTERM or SIGINT. Raises OSError when the port is taken, NotSetUp where nobody says who may ask."""
    log_to_standard_error(layout=settings.log_format, level=settings.log_level, secrets=settings.secrets)
    app = create_app(settings, knowledge_settings)
    app.state.door.check_set_up()
    _check_index(settings, knowledge_settings)
    open_store(settings, knowledge_settings).close()  # raises StoreError before anything listens
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((settings.host, settings.port))
        except OSError as error:
            remedy = f"{error.strerror}. Stop what listens there, or give another --port"
            raise OSError(error.errno, remedy, f"{settings.host}:{settings.port}") from error
        host, port = listening.getsockname()[:2]
        mode = "generated" if settings.llm_api_key.get_secret_value().strip() else "extractive (no RUNAPI_KEY is set)"
        shown = f"[{host}]" if ":" in host else host
        reach = "this machine alone" if settings.is_private else f"for others at {settings.public_url}"
        print(f"Serving site {settings.site!r} on http://{shown}:{port}, {reach}.", flush=True)
        print(f"Answers: {mode}.", flush=True)
        server_of(app, settings).run(sockets=[listening])
    return 0


def server_of(app: FastAPI, settings: SupportBotSettings) -> uvicorn.Server:
    """Return what serves the application, ready to run on a socket that listens."""
    config = uvicorn.Config(
        app,
        proxy_headers=False,  # the application believes the proxies that its settings name, and no others
        log_config=None,  # ours says it all
        access_log=False,  # it would keep query strings
        timeout_graceful_shutdown=_CLOSING_SECONDS,
        http=patient(seconds=settings.slow_reader_seconds, slow_reader=app.state.incidents.slow_reader),
    )
    return _Server(config, app=app, seconds=settings.shutdown_seconds)


def _check_index(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> None:
    """Raise KnowledgeError for an index that cannot serve. None at all is fine: the first reindex is picked up."""
    current = Catalog(knowledge_settings.data_dir, settings.site).current()
    if current is not None:
        Generation.open(current, embedding_model=knowledge_settings.embedding_model).close()
