"""Give the application every route of the API, and turn whatever is raised there into a problem."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from knowledge.errors import KnowledgeError
from support_bot.access.errors import Refused, RegistryError
from support_bot.answering.query import QuestionRefused
from support_bot.api import admin, chat, conversations, handoff, health, metrics, openai, sessions, sources, widget
from support_bot.api.pages import home
from support_bot.api.panel import drafts, fates, notes, page
from support_bot.api.panel import sessions as agents
from support_bot.api.problems import ServerRestarting, handle
from support_bot.api.statics import OpenStaticFiles
from support_bot.conversations.errors import KeyReused, StoreError
from support_bot.handoff.errors import NobodyToReach
from support_bot.panel.errors import HelpdeskFailed, HelpdeskMissing

_ROOMS = (
    admin,
    agents,
    chat,
    conversations,
    drafts,
    fates,
    handoff,
    openai,
    sessions,
    sources,
    widget,
    health,
    metrics,
    notes,
    home,
    page,
)
_RAISED = (
    RequestValidationError,
    QuestionRefused,
    Refused,
    RegistryError,
    KnowledgeError,
    StoreError,
    KeyReused,
    ServerRestarting,
    NobodyToReach,
    HelpdeskMissing,
    HelpdeskFailed,
    HTTPException,
    Exception,
)


def add_routes(app: FastAPI, *, static: Path) -> None:
    """Add the routes, the built front end and the handlers of errors."""
    for room in _ROOMS:
        app.include_router(room.router)
    app.mount("/static", OpenStaticFiles(directory=static), name="static")
    for kind in _RAISED:
        app.add_exception_handler(kind, handle)
