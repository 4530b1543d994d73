"""Turn files and folders into sources.

What has no place for front matter, such as a PDF, may have a label beside it: `guide.pdf.yaml` for `guide.pdf`.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ingest.errors import SourceError, UsageError
from ingest.sources.articles import article_lines, article_list
from ingest.sources.source import (
    BOOK,
    CSV,
    FRONT_MATTER,
    HTML,
    MARKDOWN,
    MDX,
    MESSAGE,
    PDF,
    PLAIN,
    RESTRUCTURED,
    RICH,
    SHEETS,
    SLIDES,
    UNFIT_IN_A_NAME,
    WORD,
    FailedSource,
    Source,
    Terms,
)
from knowledge.audience import Audience

_MEDIA_TYPES = {
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mdx": MDX,
    ".html": HTML,
    ".htm": HTML,
    ".txt": PLAIN,
    ".rst": RESTRUCTURED,
    ".csv": CSV,
    ".pdf": PDF,
    ".docx": WORD,
    ".pptx": SLIDES,
    ".xlsx": SHEETS,
    ".epub": BOOK,
    ".eml": MESSAGE,
    ".rtf": RICH,
}
_ARTICLES = {".jsonl": article_lines, ".json": article_list}
_LABEL = ".yaml"


def sources_below(
    paths: Sequence[Path], *, audience: Audience, max_megabytes: int
) -> tuple[list[Source], list[FailedSource]]:
    """Return what can be ingested below these files and folders and what cannot, each by location.

    Names that begin with a dot are left out, as a shell leaves them out. Raises UsageError for a path that is not
    there, and for two files of the same location, which could not be told apart.
    """
    found: dict[str, Source | FailedSource] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"{str(path)!r} does not exist. Give the path of a folder or file of articles.")
        root = path.resolve()
        for source in folder_sources(
            root, name=root.name, terms=lambda _: Terms(audience), max_bytes=max_megabytes * 1_000_000
        ):
            if source.location in found:
                raise UsageError(f"Two sources are called {source.location!r}. Rename one of the folders or files.")
            found[source.location] = source
    in_order = [found[location] for location in sorted(found)]
    return (
        [source for source in in_order if isinstance(source, Source)],
        [source for source in in_order if isinstance(source, FailedSource)],
    )


def folder_sources(
    root: Path, *, name: str, terms: Callable[[str], Terms], max_bytes: int
) -> Iterator[Source | FailedSource]:
    """Yield what lies below a folder, as `<name>/<path>`; `terms` says what holds for a path below it.

    A root that is a file is called by the name alone.
    """
    unreadable: list[OSError] = []
    for file in _files(root, on_error=unreadable.append):
        below = "" if file == root else file.relative_to(root).as_posix()
        if any(part.startswith(".") for part in Path(below).parts) or _is_label(file):
            continue
        location = _location(name, below)
        if UNFIT_IN_A_NAME.search(location):
            detail = "its name holds characters that are none; rename it"
            yield FailedSource(UNFIT_IN_A_NAME.sub("\ufffd", location), SourceError("unreadable", detail))
            continue
        try:
            yield from _file_sources(file, root=root, location=location, terms=terms(below), max_bytes=max_bytes)
        except SourceError as error:
            yield FailedSource(location, error)
    for fault in unreadable:
        location = _location(name, Path(fault.filename).relative_to(root).as_posix().removeprefix("."))
        yield FailedSource(location, SourceError("unreadable", f"{fault.strerror}; let this user read the folder"))


def _location(name: str, below: str) -> str:
    return f"{name}/{below}" if below else name


def _files(root: Path, *, on_error: Callable[[OSError], None]) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for folder, _, names in os.walk(root, onerror=on_error):
        yield from (Path(folder, name) for name in names)


def _file_sources(
    file: Path, *, root: Path, location: str, terms: Terms, max_bytes: int
) -> Iterator[Source | FailedSource]:
    if file.suffix.lower() not in {*_MEDIA_TYPES, *_ARTICLES}:
        known = ", ".join(sorted({*_MEDIA_TYPES, *_ARTICLES}))
        raise SourceError("unknown_format", f"{file.suffix or 'no suffix'!r} is not one of {known}")
    content = _content(file, root=root, max_bytes=max_bytes)
    label = _label(file, root=root, max_bytes=max_bytes)
    articles = _ARTICLES.get(file.suffix.lower())
    if articles is not None:
        yield from articles(content, location=location, audience=terms.audience, defaults=terms.defaults)
        return
    yield Source(
        location=location,
        media_type=_MEDIA_TYPES[file.suffix.lower()],
        audience=terms.audience,
        digest=hashlib.sha256(content + label + terms.defaults).hexdigest(),
        read=lambda: _content(file, root=root, max_bytes=max_bytes),
        label=label,
        defaults=terms.defaults,
    )


def _is_label(file: Path) -> bool:
    return file.suffix == _LABEL and _has_label(file.with_suffix("")) and file.with_suffix("").exists()


def _has_label(file: Path) -> bool:
    return _MEDIA_TYPES.get(file.suffix.lower(), PLAIN) not in FRONT_MATTER


def _label(file: Path, *, root: Path, max_bytes: int) -> bytes:
    label = file.with_name(f"{file.name}{_LABEL}")
    if not _has_label(file) or not os.path.lexists(label):
        return b""
    return _content(label, root=root if root.is_dir() else root.parent, max_bytes=max_bytes)


def _content(file: Path, *, root: Path, max_bytes: int) -> bytes:
    """Return the bytes of a regular file below the root.

    What a name stands for may change between a look and a reading, so that what counts is what has been opened.
    """
    try:
        place = file.resolve()
        if not place.is_relative_to(root):
            raise SourceError("outside_folder", f"it links to a place outside {root.name!r}; copy the file instead")
        if not place.is_file():
            raise SourceError("unreadable", "it is not a regular file")
        with open(place, "rb", opener=_opened_without_following) as opened:
            status = os.fstat(opened.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SourceError("unreadable", "it is not a regular file")
            _refuse_large(status.st_size, max_bytes=max_bytes)
            return opened.read(max_bytes)
    except (OSError, RuntimeError) as error:  # a folder that may not be entered, a link to itself
        what = getattr(error, "strerror", None) or error
        raise SourceError("unreadable", f"{what}; let this user read it, or mend the link") from error


def _opened_without_following(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe would keep its reader waiting


def _refuse_large(size: int, *, max_bytes: int) -> None:
    if size > max_bytes:
        raise SourceError(
            "too_large",
            f"{size / 1e6:.0f} MB is above the limit of {max_bytes / 1e6:.0f} MB; raise INGEST_MAX_FILE_MEGABYTES",
        )
