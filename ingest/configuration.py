"""Turn a TOML file into what a site's knowledge is made from, or into one sentence that names the line to mend.

    [[source]]
    kind = "folder"
    name = "handbook"     # its documents are called handbook/… for ever
    path = "articles"     # from the folder of this file
    audience = "public"   # the widest; without it, internal

A secret is never written here: a source names the environment variable that holds it.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from ingest.errors import UsageError
from ingest.sources.kinds import KINDS, AnySource, ExportSource, FolderSource, GitSource, Rule, kind_of

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\]", re.MULTILINE)
_RULE_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*source[ \t]*\.[ \t]*rules[ \t]*\]\]", re.MULTILINE)
_CREDENTIALS = re.compile(r"//[^/\s@]+@")

_sources: TypeAdapter[list[AnySource]] = TypeAdapter(list[Annotated[AnySource, Field(discriminator="kind")]])


def configured_sources(file: Path, *, site: str) -> list[AnySource]:
    """Return the sources of a site. Raises UsageError that names the line, key and value at fault and the remedy."""
    try:
        sources = sources_in(file.read_bytes(), file=file)
    except FileNotFoundError as error:
        raise UsageError(
            f"There is no {str(file)!r}. Give a folder of articles, or write that file: `python -m ingest add` helps."
        ) from error
    if not any(source.site == site for source in sources):
        raise UsageError(f'{file} names no source of site {site!r}. Write site = "{site}" below a [[source]].')
    return [placed(source, file.parent) for source in sources if source.site == site]


def sources_in(content: bytes, *, file: Path) -> list[AnySource]:
    """Return the sources that the content of a file names. Raises UsageError as above."""
    try:
        text = content.decode("utf-8-sig")
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is not TOML: {error}. Mend that line.") from error
    if unknown := tables.keys() - {"source"}:
        name = min(unknown)
        raise UsageError(f"{file}, line {_line_of(text, name)}: {name!r} is not known. Begin a source by [[source]].")
    try:
        sources = _sources.validate_python(tables.get("source"))
    except ValidationError as error:
        raise UsageError(_complaint(error, file=file, text=text)) from error
    if repeated := _repeated([source.name for source in sources]):
        line = _line_at(text, ("source", repeated, "name"))
        raise UsageError(f"{file}, line {line}: name is {sources[repeated].name!r} a second time. Give it another.")
    return sources


def placed(source: AnySource, folder: Path) -> AnySource:
    """Return a source whose relative path begins at the folder of the configuration file."""
    if isinstance(source, FolderSource | ExportSource):
        return source.model_copy(update={"path": folder / source.path})
    if isinstance(source, GitSource) and source.url.startswith((".", "/")):
        return source.model_copy(update={"url": str((folder / source.url).resolve())})
    return source


def _repeated(names: Sequence[str]) -> int:
    """Return the index of the first name that an earlier one is too, 0 when there is none."""
    return next((index for index, name in enumerate(names) if name in names[:index]), 0)


def _complaint(error: ValidationError, *, file: Path, text: str) -> str:
    first = error.errors()[0]
    if first["loc"] == ():
        return f"{file} holds no list of sources. Begin each by [[source]]."
    place = _place(first["loc"])
    key, line = str(place[-1]), _line_at(text, place)
    if first["type"] == "missing":
        return f"{file}, line {line}: {key} is missing. Write {key} = ... below [[source]]."
    if first["type"] == "extra_forbidden":
        return f"{file}, line {line}: {key} is not known. Known are {', '.join(_known(first['loc']))}."
    if first["type"].startswith("union_tag"):
        return f"{file}, line {line}: kind is {_kind(first['input'])!r}. Write one of {', '.join(map(repr, _kinds()))}."
    kind = next(each for each in KINDS if kind_of(each) == first["loc"][1])
    return f"{file}, line {line}: {wrong_value(first, kind=kind)}"


def wrong_value(error: ErrorDetails, *, kind: type[AnySource]) -> str:
    """Return what is wrong with what a source is given, and the remedy; a password in an address is not repeated."""
    location, value = [each for each in error["loc"] if each != "[key]"], error["input"]
    key = str(location[-1 if len(location) == len(error["loc"]) else -2]) if location else ""
    shown = _CREDENTIALS.sub("//…@", repr(value))
    if error["type"] == "string_pattern_mismatch":
        return f"{key} is {shown}, which cannot be. {kind.model_fields[key].description}"
    what = error["msg"].removeprefix("Value error, ")
    return f"{what}." if isinstance(value, dict) else f"{key} is {shown}: {what}."


def _place(location: Sequence[int | str]) -> tuple[int | str, ...]:
    """Return where in the file an error is: without the kind, which pydantic puts after the source's number."""
    return ("source", location[0], *location[2:]) if len(location) > 1 else ("source", location[0], "kind")


def _known(location: Sequence[int | str]) -> Iterator[str]:
    kind = next(each for each in KINDS if kind_of(each) == location[1])
    yield from sorted(Rule.model_fields if location[2] == "rules" else kind.model_fields)


def _kinds() -> list[str]:
    return [kind_of(kind) for kind in KINDS]


def _kind(value: Any) -> Any:
    return value.get("kind") if isinstance(value, dict) else value


def _line_at(text: str, place: Sequence[int | str]) -> int:
    """Return the line of a key, or that of its table's header where the key is not written there."""
    begin, end = _span(text, _HEADER, int(place[1]), 0, len(text))
    if len(place) > 3 and place[2] == "rules":
        begin, end = _span(text, _RULE_HEADER, int(place[3]), begin, end)
    key = re.compile(rf"^[ \t]*[\"']?{re.escape(str(place[-1]))}[\"']?[ \t]*=", re.MULTILINE)
    found = key.search(text, begin, end)
    return text.count("\n", 0, found.start() if found else begin) + 1


def _span(text: str, header: re.Pattern[str], index: int, begin: int, end: int) -> tuple[int, int]:
    starts = [found.start() for found in header.finditer(text, begin, end)]
    if index >= len(starts):  # written in another way, such as `source = [{...}]`
        return begin, end
    return starts[index], starts[index + 1] if index + 1 < len(starts) else end


def _line_of(text: str, name: str) -> int:
    found = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(name)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
