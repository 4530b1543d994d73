"""Turn what the server logs into lines for a terminal, or into one JSON object a line.

No line holds a text that somebody typed, was answered or wrote in an article, nor a secret. Our own lines are written
so; of errors that are not ours only the kind and the place are told, since their texts may quote anything.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime

from support_bot.api.request_log import about
from support_bot.operating import LogFormat, LogLevel

_OURS = ("knowledge", "support_bot")
_MASK = "[secret]"
_LEAST_SECRET = 8  # characters: what is shorter stands in many a word


def log_to_standard_error(*, layout: LogFormat, level: LogLevel, secrets: Iterable[str]) -> None:
    """Log to standard error from now on: what is ours from this level on, of others only what goes wrong."""
    chosen = layout if layout != "auto" else ("text" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler()
    handler.setFormatter((TextLines if chosen == "text" else JsonLines)(secrets=secrets))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
    logging.captureWarnings(True)


class TextLines(logging.Formatter):
    """A line, and what belongs to it indented below."""

    def __init__(self, *, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        told = [secret for secret in secrets if len(secret) >= _LEAST_SECRET]
        self._secrets = [*told, *(json.dumps(secret, ensure_ascii=False)[1:-1] for secret in told)]  # as JSON has them

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        names = " ".join(f"{name}={value}" for name, value in about().items())
        said = record.getMessage() + ("\n" + _error(record) if record.exc_info else "")
        line = f"{_moment(record)} {record.levelname} {said}" + (f" [{names}]" if names else "")
        return self._without_secrets(line).replace("\n", "\n    ")

    def _without_secrets(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, _MASK)
        return line


class JsonLines(TextLines):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **about(),
            **getattr(record, "fields", {}),
            **({"error": _error(record)} if record.exc_info else {}),
        }
        return self._without_secrets(json.dumps(line, ensure_ascii=False))


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _error(record: logging.LogRecord) -> str:
    """Return where an error was raised and of what kind it is, with the errors behind it, and what ours say."""
    error = record.exc_info[1] if record.exc_info else None
    told: list[str] = []
    while error is not None:
        told.append("".join(traceback.format_tb(error.__traceback__)) + _said(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nbehind which was\n".join(told)


def _said(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if kind.__module__.partition(".")[0] in _OURS:
        return f"{name}: {error}"
    return f"{name}: {error.strerror}" if isinstance(error, OSError) else name
