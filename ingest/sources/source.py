"""One thing to ingest, wherever it comes from."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from ingest.errors import SourceError
from knowledge.audience import Audience

MARKDOWN = "text/markdown"
MDX = "text/mdx"
HTML = "text/html"
WEB_PAGE = "text/html; of=website"  # with what surrounds each page of a website
PLAIN = "text/plain"
RESTRUCTURED = "text/x-rst"
CSV = "text/csv"
PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOOK = "application/epub+zip"
MESSAGE = "message/rfc822"
RICH = "application/rtf"

FRONT_MATTER = {MARKDOWN, MDX, HTML, PLAIN, RESTRUCTURED}
"""Media types that have a place for it; a file of another may have a label beside it."""

# Control characters and those that turn or end a line would forge the report; half characters cannot be written.
UNFIT_IN_A_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the configuration says of a file."""

    audience: Audience  # the widest
    defaults: bytes = b""  # see Source


@dataclass(frozen=True, slots=True)
class Source:
    """A file or article to ingest."""

    location: str  # names it for ever: its folder's name and the path below, or a single file's name
    media_type: str  # one of those above
    audience: Audience  # the widest that its document may have
    digest: str  # sha256 of its bytes, label and defaults
    read: Callable[[], bytes]
    label: bytes = b""  # YAML kept beside a file that cannot have front matter in it
    defaults: bytes = b""  # YAML of the fields that hold where it says nothing itself

    @property
    def id(self) -> str:
        """The id of the document made from it: the same in every generation, and fit for an address."""
        return hashlib.sha256(self.location.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class FailedSource:
    """Something that was found and cannot be ingested."""

    location: str
    error: SourceError
