"""Turn a file that a helpdesk has exported, CSV or JSON Lines, into a source for each article."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, get_args
from urllib.parse import urljoin

from ingest.errors import SourceError
from ingest.sources.described import described_source
from ingest.sources.kinds import Column, ExportSource
from ingest.sources.source import HTML, MARKDOWN, PLAIN, UNFIT_IN_A_NAME, FailedSource, Source
from knowledge.audience import AUDIENCES, Audience, narrower

_MEDIA_TYPES = {"html": HTML, "markdown": MARKDOWN, "text": PLAIN}
_COLUMNS: tuple[Column, ...] = get_args(Column)


def export_sources(source: ExportSource, *, max_bytes: int) -> Iterator[Source | FailedSource]:
    """Yield the articles, as `<name>/<id>`. Raises SourceError when the file cannot be read as a whole."""
    seen: set[str] = set()
    for place, row in _rows(_text(source, max_bytes=max_bytes), is_csv=source.path.suffix.lower() == ".csv"):
        said = {column: _said(row, source.columns.get(column, column)) for column in _COLUMNS}
        if not said["id"] or row.get(source.columns.get("text", "text")) is None:
            wanted = source.columns.get("text", "text") if said["id"] else source.columns.get("id", "id")
            known = ", ".join(map(repr, row))
            detail = f"{place} has no {wanted!r}, but {known}; say what the file calls it under columns"
            raise SourceError("damaged", detail)
        location = f"{source.name}/{UNFIT_IN_A_NAME.sub('?', said['id'])}"
        if said["id"] in seen:
            detail = f"{place}: an earlier one has the id {said['id']!r} too; give each article its own"
            yield FailedSource(f"{location}/{place.replace(' ', '-')}", SourceError("parser_error", detail))
            continue
        seen.add(said["id"])
        fields = {
            "title": said["title"],
            "url": urljoin(source.base_url, said["url"]) if said["url"] else "",
            "locale": said["locale"] or source.locale,
            "product": said["product"] or source.product,
            "updated": said["updated"][:10],
        }
        yield described_source(
            said["text"],
            location=location,
            media_type=_MEDIA_TYPES[source.text_is],
            audience=_audience(said["audience"], source, place=place),
            fields=fields,
        )


def _text(source: ExportSource, *, max_bytes: int) -> str:
    try:
        with source.path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise SourceError("unreadable", f"{source.path}: {error.strerror}; give the exported file") from error
    if len(content) > max_bytes:
        detail = f"{source.path} is above {max_bytes / 1e6:.0f} MB; split it, or raise INGEST_MAX_FILE_MEGABYTES"
        raise SourceError("too_large", detail)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("undecodable", f"{source.path} is not UTF-8; save it as UTF-8") from error


def _rows(text: str, *, is_csv: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if is_csv:
        csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))  # of the whole process: never lowered
        try:
            for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""), strict=True), start=1):
                yield f"row {number}", {name: value for name, value in row.items() if isinstance(name, str)}
        except csv.Error as error:
            raise SourceError("damaged", f"it is no whole CSV file ({error}); export it anew") from error
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise SourceError("damaged", f"line {number} is not JSON ({error}); export it anew") from error
            if not isinstance(row, dict):
                raise SourceError("damaged", f"line {number} is no object; export it anew")
            yield f"line {number}", row


def _said(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value)


def _audience(said: str, source: ExportSource, *, place: str) -> Audience:
    """Return the article's audience. A word that is none must not be overlooked."""
    if not said:
        return source.audience
    known = next((audience for audience in AUDIENCES if audience == said.strip().lower()), None)
    if known is None:
        raise SourceError("bad_front_matter", f"{place}: audience is {said!r}; write one of {', '.join(AUDIENCES)}")
    return narrower(source.audience, known)
