"""What can stop a reindex, and what can go wrong with one of its sources.

IngestError             the run stops; `exit_code` is the process's
├── UsageError          the command names something that is not there (2)
├── ParserUnusable      the process that parses does not start (74)
└── DeletionsWithheld   a whole source is missing, or nothing would be left of the index (3)

GATE_REFUSED (4) is no error: the run ends, and its report says why what it built does not serve.

SourceError             one source failed: it is reported, and the run goes on
"""

from typing import ClassVar, Literal

Reason = Literal[
    "unreadable",  # the operating system will not let us read it
    "unknown_format",  # no parser for this kind of file
    "too_large",
    "outside_folder",  # a link that leads out of the source's folder
    "undecodable",  # not text in a known encoding
    "bad_front_matter",
    "encrypted",  # it asks for a password
    "damaged",  # not a whole file of its kind
    "no_text",
    "unreachable",  # it could not be fetched
    "forbidden_address",  # one that is not to be fetched
    "likely_secret",  # only if it is set that such a file is refused
    "parser_error",
    "timeout",  # this and the next two: too much for the parser, and not tried again
    "out_of_memory",
    "crashed",
]


GATE_REFUSED = 4  # exit code of a run whose generation was refused

OUT_OF_MEMORY = 71  # exit code of a parser process that had no memory left


class IngestError(Exception):
    """Base of what stops a run: its text names the value at fault and the remedy."""

    exit_code: ClassVar[int]


class UsageError(IngestError):
    """The command names something that is not there."""

    exit_code = 2


class ParserUnusable(IngestError):
    """The process that parses does not start."""

    exit_code = 74


class DeletionsWithheld(IngestError):
    """A whole source is missing, or nothing would be left of the index."""

    exit_code = 3


class SourceError(Exception):
    """One source failed, for a reason with a code and a detail that names the remedy."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
