"""Turn what goes wrong at a model's endpoint into an error that names its kind and the remedy.

    Exception
    ├── ModelUnavailable     no answer, or no whole one; `kind` says why and `remedy` what to set
    └── EventTooLong         an event stream beyond its limits; the chat model raises it as kind "oversize"

Messages are for operators. They name settings, never the key, the endpoint's address or words that it sent.
"""

import email.utils
import json
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import httpx

FaultKind = Literal[
    "connect",
    "dns",
    "tls",
    "timeout",
    "auth",
    "billing",
    "rate_limited",
    "server",
    "bad_request",
    "bad_response",
    "empty",
    "stall",
    "truncated",
    "oversize",
    "budget",
]

_PROBLEMS: dict[FaultKind, str] = {
    "connect": "The model's endpoint cannot be reached",
    "dns": "The host name of the model's endpoint cannot be resolved",
    "tls": "No secure connection to the model's endpoint is possible",
    "timeout": "The model did not answer in time",
    "auth": "The model's endpoint refuses the key",
    "billing": "The account at the model's endpoint has no credit or quota left",
    "rate_limited": "The model's endpoint limits the rate of requests",
    "server": "The model's endpoint reports a failure of its own",
    "bad_request": "The model's endpoint does not take the request",
    "bad_response": "The model's endpoint answered with something other than a chat completion",
    "empty": "The model answered without any text",
    "stall": "The model fell silent in the middle of its answer",
    "truncated": "The model's answer broke off",
    "oversize": "The model's answer is too large",
    "budget": "The model is not asked, since what may be spent on it is spent",
}

_REMEDIES: dict[FaultKind, str] = {
    "connect": "Check SUPPORT_BOT_LLM_BASE_URL, and that this machine may connect to it.",
    "dns": "Check SUPPORT_BOT_LLM_BASE_URL for a slip of the pen, and this machine's name servers.",
    "tls": "Check that SUPPORT_BOT_LLM_BASE_URL has a valid certificate that this machine trusts.",
    "timeout": "If this lasts, try a faster SUPPORT_BOT_LLM_MODEL.",
    "auth": "Set RUNAPI_KEY to a valid key of the account behind SUPPORT_BOT_LLM_BASE_URL.",
    "billing": "Add credit to the account that RUNAPI_KEY belongs to.",
    "rate_limited": "If this lasts, ask the provider for a higher limit for RUNAPI_KEY.",
    "server": "If this lasts, ask the provider, or set SUPPORT_BOT_LLM_BASE_URL to another one.",
    "bad_request": "Check SUPPORT_BOT_LLM_MODEL, SUPPORT_BOT_LLM_EXTRA_BODY and SUPPORT_BOT_LLM_MAX_TOKENS_FIELD.",
    "bad_response": "Check that /chat/completions follows on SUPPORT_BOT_LLM_BASE_URL.",
    "empty": "If this lasts, raise SUPPORT_BOT_LLM_MAX_TOKENS or try another SUPPORT_BOT_LLM_MODEL.",
    "stall": "If this lasts, ask the provider or try another SUPPORT_BOT_LLM_MODEL.",
    "truncated": "If this lasts, look for a proxy that cuts streams on the way to SUPPORT_BOT_LLM_BASE_URL.",
    "oversize": "Check SUPPORT_BOT_LLM_MAX_TOKENS, and that SUPPORT_BOT_LLM_BASE_URL is a chat-completions endpoint.",
    "budget": "Raise SUPPORT_BOT_DAILY_CAP or SUPPORT_BOT_MONTHLY_CAP, or wait until the day or month is over, in UTC.",
}

_OUT_OF_CREDIT = re.compile("quota|billing|balance|credit")
_HANDSHAKE_UNFINISHED = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError)  # too slow, or hung up
_STATUS = re.compile(r"[45][0-9]{2}\b")


class ModelUnavailable(Exception):
    """The model gave no answer, or no whole one."""

    def __init__(self, kind: FaultKind, detail: str = "", *, retry_after: float | None = None) -> None:
        """`detail` is in words of ours; `retry_after` is the seconds that the endpoint asks to wait, None if none."""
        super().__init__(kind, detail)
        self.kind: FaultKind = kind
        self.detail = detail
        self.remedy = _REMEDIES[kind]
        self.retry_after = retry_after

    def __str__(self) -> str:
        problem = f"{_PROBLEMS[self.kind]} ({self.detail})" if self.detail else _PROBLEMS[self.kind]
        return f"{problem}. {self.remedy}"


class EventTooLong(Exception):
    """A line or an event of an event stream exceeds what is held in memory."""


def connection_fault(error: httpx.HTTPError | httpx.InvalidURL) -> ModelUnavailable:
    """Return what kept a request from being answered at all."""
    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return ModelUnavailable("dns")
    if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, _HANDSHAKE_UNFINISHED) for cause in causes):
        return ModelUnavailable("tls")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return ModelUnavailable("connect", "its address is not one of http or https")
    if isinstance(error, httpx.RemoteProtocolError):
        return ModelUnavailable("connect", "it hung up, or does not speak HTTP")
    return ModelUnavailable("connect")


def status_fault(status: int, headers: httpx.Headers, body: bytes) -> ModelUnavailable:
    """Return what a status other than 200 means. Of the body only an error code is read, as providers disagree."""
    detail = f"status {status}"
    if 300 <= status < 400:
        return ModelUnavailable("bad_request", f"{detail}: redirects are not followed; check SUPPORT_BOT_LLM_BASE_URL")
    if status == 402 or (status in (403, 429) and _OUT_OF_CREDIT.search(_error_code(body))):
        return ModelUnavailable("billing", detail)
    if status in (401, 403):
        return ModelUnavailable("auth", detail)
    if status == 408:
        return ModelUnavailable("timeout", detail)
    if status == 429:
        return ModelUnavailable("rate_limited", detail, retry_after=_retry_after(headers))
    if status >= 500:
        return ModelUnavailable("server", detail, retry_after=_retry_after(headers))
    return ModelUnavailable("bad_request" if status >= 400 else "bad_response", detail)


def error_object_fault(error: object) -> ModelUnavailable:
    """Return what an error inside a successful response means, from its code alone."""
    code = _code(error)
    if status := _STATUS.match(code):
        return status_fault(int(status.group()), httpx.Headers(), b"")
    if _OUT_OF_CREDIT.search(code):
        return ModelUnavailable("billing")
    return ModelUnavailable("bad_response", "an error inside a successful response")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__context__  # httpcore raises from None, which leaves the context alone in place


def _error_code(body: bytes) -> str:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return _code(answer.get("error")) if isinstance(answer, dict) else ""


def _code(error: object) -> str:
    if not isinstance(error, dict):
        return ""
    return " ".join(str(error[key]) for key in ("code", "type") if isinstance(error.get(key), str | int)).lower()


def _retry_after(headers: httpx.Headers) -> float | None:
    """Return the Retry-After header in seconds from now; None when there is none or it makes no sense."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        date = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:  # "-0000": in UTC, says RFC 5322
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
