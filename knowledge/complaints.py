"""Turn what stops a command, whichever it is, into one line for a terminal and the process's exit code."""

import sqlite3
import sys

from pydantic import ValidationError
from pydantic_settings import SettingsError

USAGE, INPUT_OUTPUT = 2, 74

STOPPING = (SettingsError, UnicodeDecodeError, ValidationError, sqlite3.Error, OSError)
"""What any command may stop at: its settings, or the disk."""


def told(text: str, *, command: str, code: int) -> int:
    """Print what stopped the command on standard error and return the exit code."""
    print(f"{command}: {text}", file=sys.stderr)
    return code


def told_of(error: Exception, *, command: str) -> int:
    """Print which setting or file stopped the command, one of STOPPING, and return the exit code."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        setting = ".".join(map(str, first["loc"]))
        return told(f"Setting {setting} is {first['input']!r}: {first['msg']}", command=command, code=USAGE)
    if isinstance(error, SettingsError | UnicodeDecodeError):
        return told(f"The settings cannot be read: {error}.", command=command, code=USAGE)
    if isinstance(error, OSError):
        place = error.filename or "The disk"
        return told(f"{place}: {error.strerror or error}", command=command, code=INPUT_OUTPUT)
    return told(f"A database below the data directory cannot be used: {error}.", command=command, code=INPUT_OUTPUT)
