"""Open the archive that an Office file or an e-book is, unless it unpacks to far more than it looks like.

Nothing is ever unpacked to the disk: names in an archive, hostile or not, lead nowhere.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from ingest.errors import SourceError

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")  # what Office before 2007 wrote, and what holds an encrypted file
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_PART = 0x1  # in a part's flags
_MOST_UNPACKED = 200_000_000  # bytes; a file of a few kilobytes may unpack to many gigabytes
_MOST_PARTS = 10_000

# What zipfile, lxml and the libraries for each format raise for parts that are missing or mangled.
_BROKEN = (
    *(BadZipFile, zlib.error, struct.error, etree.LxmlError, EOFError, OSError),
    *(ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
)


@contextmanager
def whole(content: bytes, *, kind: str, remedy: str) -> Iterator[ZipFile]:
    """Open the archive; what is raised for its parts meanwhile becomes a SourceError that says it is not whole."""
    _refuse_compound_file(content, remedy=remedy)
    try:
        with ZipFile(BytesIO(content)) as archive:
            _refuse_bomb(archive)
            yield archive
    except _BROKEN as error:
        what = f"it is not a complete {kind} ({type(error).__name__})"
        raise SourceError("damaged", f"{what}; {remedy}") from error


def xml(content: bytes) -> etree._Element:
    """Return the root of a part. No entity is expanded, and nothing is fetched."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _refuse_compound_file(content: bytes, *, remedy: str) -> None:
    if not content.startswith(_COMPOUND_FILE):
        return
    if _ENCRYPTED in content:
        raise SourceError("encrypted", "it asks for a password; save it without one")
    raise SourceError("damaged", f"it is a file of Office before 2007 under another name; {remedy}")


def _refuse_bomb(archive: ZipFile) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)  # zipfile reads no part further than this
    if unpacked > _MOST_UNPACKED:
        raise SourceError("too_large", f"it unpacks to {unpacked / 1e6:.0f} MB; split it, or leave out its pictures")
    if len(parts) > _MOST_PARTS:
        raise SourceError("too_large", f"it holds {len(parts)} parts; split it")
    if any(part.flag_bits & _ENCRYPTED_PART for part in parts):
        raise SourceError("encrypted", "it asks for a password; save it without one")
