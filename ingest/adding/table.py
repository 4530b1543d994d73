"""Turn a source into its table in the configuration file, and append that to whatever stands there."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.configuration import sources_in
from ingest.errors import UsageError
from ingest.sources.kinds import AnySource

_BARE = re.compile(r"[\w-]+", re.ASCII)


def table(source: AnySource) -> str:
    """Return the lines of TOML that describe a source: what it was given, and nothing that is so anyway."""
    said = source.model_dump(mode="json", exclude_unset=True)
    rules = said.pop("rules", ())
    lines = ["[[source]]", *_lines({"kind": source.kind, "name": source.name, **said})]
    for rule in rules:
        lines += ["", "[[source.rules]]", *_lines(rule)]
    return "\n".join(lines) + "\n"


def appended(source: AnySource, *, file: Path) -> bytes:
    """Return what is to be appended to the file. Raises UsageError when the file would not be whole with it."""
    content = file.read_bytes() if file.exists() else b""
    gap = b"" if not content else b"\n" if content.endswith(b"\n") else b"\n\n"
    try:
        added = gap + table(source).encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{error.object!r} is not UTF-8. Give it another name.") from error
    sources_in(content + added, file=file)
    return added


def append(added: bytes, *, file: Path) -> None:
    """Append to the file, wholly or not at all: what stands there is never written again."""
    with file.open("ab") as opened:
        size = opened.tell()
        try:
            opened.write(added)
            opened.flush()
        except OSError:
            os.truncate(file, size)
            raise


def _lines(said: dict[str, Any]) -> Iterator[str]:
    return (f"{key} = {_value(value)}" for key, value in said.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(each)}' for key, each in value.items())} }}"
    # A text is written in TOML as in JSON, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)
