"""Turn errors into problem details, one JSON object of a documented type (RFC 9457)."""

import logging
from dataclasses import dataclass

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from knowledge.errors import KnowledgeBaseEmpty, KnowledgeError
from support_bot.access.errors import (
    KeyRefused,
    KindRefused,
    Later,
    OriginRefused,
    Overloaded,
    ProofRefused,
    Refused,
    RegistryError,
    TokenExpired,
    TokenRefused,
    TooOften,
    Unproved,
)
from support_bot.answering.query import QuestionRefused
from support_bot.api.request_log import HEADER, about, note
from support_bot.conversations.errors import KeyReused, StoreError
from support_bot.handoff.errors import NobodyToReach
from support_bot.llm.errors import ModelUnavailable
from support_bot.panel.errors import HelpdeskFailed, HelpdeskMissing

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 5
MEDIA_TYPE = "application/problem+json"


class ServerRestarting(Exception):
    """The server is about to end and begins nothing new."""


class Problem(BaseModel):
    """What went wrong and what to do about it."""

    type: str
    title: str
    status: int
    detail: str
    retryable: bool = False
    error: "OpenAIError | None" = Field(default=None, exclude_if=lambda error: error is None)


class OpenAIError(BaseModel):
    """What OpenAI's clients show of an error: a member that problems below /v1 carry besides."""

    message: str
    type: str = "invalid_request_error"
    code: str
    param: str | None = None


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A documented kind of problem; `/problems/<slug>` shows its text."""

    status: int
    title: str
    remedy: str
    retryable: bool = False


PROBLEM_TYPES: dict[str, ProblemType] = {
    "invalid-json": ProblemType(400, "The body is not JSON", "Send one JSON object, encoded as UTF-8."),
    "invalid-request": ProblemType(
        422, "A field is missing or has a wrong value", "Send the field as /openapi.json says."
    ),
    "question-refused": ProblemType(422, "The question cannot be asked as it is", "Shorten it, or write one."),
    "body-too-large": ProblemType(
        413, "The body is too large", "Send at most 256 KB; a question has at most 2,000 characters."
    ),
    "unsupported-media-type": ProblemType(
        415, "The body is not declared as JSON", "Send Content-Type: application/json."
    ),
    "not-found": ProblemType(404, "There is nothing here", "Check the address; /openapi.json lists them all."),
    "method-not-allowed": ProblemType(
        405, "The address does not take this method", "Use the method /openapi.json gives."
    ),
    "token-missing": ProblemType(
        401, "Nothing says who asks", "Send Authorization: Bearer with a visitor's token or a key."
    ),
    "token-expired": ProblemType(401, "The token has expired", "Ask for a new one at /api/v1/sessions.", True),
    "token-refused": ProblemType(401, "The token is not valid here", "Ask for a new one at /api/v1/sessions."),
    "key-refused": ProblemType(401, "The key is not valid here", "Use one that `keys list` shows as active."),
    "proof-refused": ProblemType(
        401, "That does not prove a customer", "Sign what the article on proving customers names."
    ),
    "origin-refused": ProblemType(
        403, "The page lies on a website that is not listed", "Add its origin, exactly, by `sites change`."
    ),
    "not-for-you": ProblemType(403, "This is for others", "Use a key of the kind that it is for."),
    "access-unavailable": ProblemType(
        503, "Nobody can be let in at the moment", "The server's log says what is wrong.", True
    ),
    "too-many-requests": ProblemType(429, "That was too much at once", "Wait as long as Retry-After says.", True),
    "overloaded": ProblemType(503, "More are asking than can be answered", "Try again in a moment.", True),
    "wrong-host": ProblemType(
        400, "The Host header names another server", "Use the address that the server printed at its start."
    ),
    "knowledge-empty": ProblemType(503, "No articles have been ingested yet", "Run `python -m ingest run PATH`.", True),
    "knowledge-unavailable": ProblemType(503, "The index cannot be used", "The server's log says what to run.", True),
    "model-unavailable": ProblemType(503, "No answer can be written at the moment", "Ask again.", True),
    "upstream-stalled": ProblemType(504, "The model fell silent in the middle of its answer", "Ask again.", True),
    "upstream-truncated": ProblemType(502, "The answer broke off in its middle", "Ask again.", True),
    "server-restarting": ProblemType(503, "The server is being restarted", "Ask again in a moment.", True),
    "sources-withdrawn": ProblemType(410, "An article that the answer names has been withdrawn", "Ask again.", True),
    "still-running": ProblemType(409, "The same request is being answered", "Ask again in a moment.", True),
    "key-reused": ProblemType(
        422, "The Idempotency-Key came with another request before", "Send a new key with each question."
    ),
    "store-unavailable": ProblemType(
        503, "The question cannot be kept, so it is not answered", "Try again; the server's log has the reason.", True
    ),
    "nobody-to-reach": ProblemType(
        404, "No person can be reached this way", "Set SUPPORT_BOT_HANDOFF_TO, as the article on handing over says."
    ),
    "helpdesk-missing": ProblemType(
        404, "This server does not know that helpdesk", "Set it up as the article on the agents' side panel says."
    ),
    "helpdesk-failed": ProblemType(502, "The helpdesk does not answer", "Try again in a moment.", True),
    "internal-error": ProblemType(
        500, "Something broke on our side", "Try again; the server's log has the reason.", True
    ),
}

_SLUG_OF_STATUS = {
    400: "invalid-json",
    404: "not-found",
    405: "method-not-allowed",
    409: "still-running",
    410: "sources-withdrawn",
    413: "body-too-large",
    415: "unsupported-media-type",
}


_SLUG_OF_REFUSAL: dict[type[Refused], str] = {
    Unproved: "token-missing",
    TokenExpired: "token-expired",
    TokenRefused: "token-refused",
    KeyRefused: "key-refused",
    ProofRefused: "proof-refused",
    OriginRefused: "origin-refused",
    KindRefused: "not-for-you",
    TooOften: "too-many-requests",
    Overloaded: "overloaded",
}


def problem(slug: str, detail: str = "") -> Problem:
    """Return the problem of a documented type; without a detail it says the type's remedy."""
    kind = PROBLEM_TYPES[slug]
    return Problem(
        type=f"/problems/{slug}",
        title=kind.title,
        status=kind.status,
        detail=detail or kind.remedy,
        retryable=kind.retryable,
    )


def problem_response(found: Problem, *, path: str, retry_after: int = _RETRY_SECONDS) -> JSONResponse:
    """Return a problem as the HTTP response to a request for this path."""
    if path.startswith("/v1/"):
        error = OpenAIError(message=found.detail, code=found.type.rsplit("/", 1)[1])
        found = found.model_copy(update={"error": error})
    headers = {"Retry-After": str(retry_after)} if found.status in (429, 503) else {}
    if found.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(found.model_dump(), status_code=found.status, media_type=MEDIA_TYPE, headers=headers)


def problem_of(error: Exception) -> Problem:
    """Return the problem that an error is to whoever made the request."""
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, QuestionRefused):
        return problem("question-refused", str(error))
    if isinstance(error, KnowledgeBaseEmpty):
        return problem("knowledge-empty")
    if isinstance(error, KnowledgeError):
        return problem("knowledge-unavailable")
    if isinstance(error, ModelUnavailable):
        return problem("model-unavailable")
    if isinstance(error, Refused):
        return problem(_SLUG_OF_REFUSAL[type(error)], str(error))
    if isinstance(error, RegistryError):
        return problem("access-unavailable")
    if isinstance(error, StoreError):
        return problem("store-unavailable")
    if isinstance(error, ServerRestarting):
        return problem("server-restarting")
    if isinstance(error, KeyReused):
        return problem("key-reused")
    if isinstance(error, NobodyToReach):
        return problem("nobody-to-reach")
    if isinstance(error, HelpdeskMissing):
        return problem("helpdesk-missing", str(error))
    if isinstance(error, HelpdeskFailed):
        return problem("helpdesk-failed", str(error))
    if isinstance(error, HTTPException) and error.status_code in _SLUG_OF_STATUS:
        return problem(_SLUG_OF_STATUS[error.status_code])
    return problem("internal-error")


async def handle(request: Request, error: Exception) -> JSONResponse:
    """Answer a request whose handling raised."""
    if isinstance(error, KnowledgeError | RegistryError | StoreError) and not isinstance(error, KnowledgeBaseEmpty):
        logger.error("%s", error)  # it names files and settings, which are the operator's to know
    found = problem_of(error)
    of_the_body = isinstance(error, RequestValidationError) and error.errors()[0]["loc"][0] == "body"
    if of_the_body and "json" not in request.headers.get("content-type", ""):
        found = problem("unsupported-media-type")
    slug = found.type.rpartition("/")[2]
    request.app.state.incidents.problem(slug)
    note(problem=slug)
    response = problem_response(found, path=request.scope["path"], retry_after=_seconds_to_wait(error))
    if "request_id" in about():  # an error on our side is answered outside of what names the others
        response.headers[HEADER] = about()["request_id"]
    return response


def _seconds_to_wait(error: Exception) -> int:
    if isinstance(error, StoreError):
        return 1  # a lock is gone sooner than a fault
    return error.retry_after if isinstance(error, Later) else _RETRY_SECONDS


def _invalid(error: RequestValidationError) -> Problem:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem(
            "invalid-json", f"{first['ctx']['error']} at character {first['loc'][-1]}. Send one JSON object."
        )
    field = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    value = repr(first["input"])
    shown = value if len(value) <= 80 else f"{value[:77]}..."
    return problem("invalid-request", f"{field}: {first['msg']}; it was {shown}. /openapi.json says what it may be.")
