"""Turn the flags of a command line, and where there is a terminal what somebody answers there, into a source."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ingest.configuration import wrong_value
from ingest.errors import UsageError
from ingest.sources.kinds import KINDS, AnySource, kind_of

Ask = Callable[[str], str]
"""Return what somebody answers to a prompt."""

_OFFERED = ("audience", "email", "token_env")  # keys that are asked for, though a source may do without them
_KINDS = {kind_of(kind): kind for kind in KINDS}


def flag(key: str) -> str:
    """Return the flag that gives a key."""
    return f"--{key.replace('_', '-')}"


def described(kind: str | None, given: Mapping[str, Any], *, ask: Ask | None) -> AnySource:
    """Return the source that is described. Raises UsageError for what is missing or wrong where nobody can be asked.

    `given` holds a text for each key, or a list of them for a key that holds several.
    """
    name = kind or (_asked_kind(ask) if ask else "")
    if name not in _KINDS:
        raise UsageError(f"No kind of source is given. Give one of {', '.join(_KINDS)}.")
    chosen = _KINDS[name]
    values = {key: _value(chosen.model_fields[key], key, text) for key, text in given.items()} | {"kind": name}
    if ask and kind is None:
        for key in [key for key in _offered(chosen) if key not in values]:
            _ask_for(key, values, kind=chosen, ask=ask)
    while mistakes := _mistakes(values, kind=chosen):
        for key, mistake in mistakes.items():
            if not ask or not key:
                raise UsageError(mistake)
            print(mistake)
            _ask_for(key, values, kind=chosen, ask=ask)
    return chosen.model_validate(values)


def _offered(kind: type[AnySource]) -> list[str]:
    return [key for key, field in kind.model_fields.items() if field.is_required() or key in _OFFERED]


def _mistakes(values: Mapping[str, Any], *, kind: type[AnySource]) -> dict[str, str]:
    """Return what is missing or wrong, by key; under "" what is wrong with several together."""
    try:
        kind.model_validate(values)
    except ValidationError as error:
        return {str(first["loc"][0]) if first["loc"] else "": _mistake(first, kind=kind) for first in error.errors()}
    return {}


def _mistake(error: ErrorDetails, *, kind: type[AnySource]) -> str:
    key = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "missing":
        if len(error["loc"]) > 1:
            return f"{key}: {error['loc'][-1]} is missing. Give {flag(key)} {error['loc'][-1]}=..."
        return f"{key} is missing. Give {flag(key)}: {kind.model_fields[key].description}"
    return wrong_value(error, kind=kind)


def _asked_kind(ask: Ask) -> str:
    width = max(map(len, _KINDS))
    for name, kind in _KINDS.items():
        print(f"  {name:{width}}  {kind.__doc__}")
    while (name := ask("kind: ").strip()) not in _KINDS:
        print(f"kind is {name!r}. Write one of {', '.join(_KINDS)}.")
    return name


def _ask_for(key: str, values: dict[str, Any], *, kind: type[AnySource], ask: Ask) -> None:
    """Ask for a key until its answer can be read; an empty answer leaves it to its default."""
    field = kind.model_fields[key]
    default = "" if field.is_required() else f" [{field.default}]" if field.default else " [none]"
    values.pop(key, None)
    if text := ask(f"{key} - {field.description}{default}: ").strip():
        values[key] = _value(field, key, [text] if get_origin(field.annotation) in (tuple, dict) else text)


def _value(field: FieldInfo, key: str, given: Any) -> Any:
    """Return the value that is given for a key, as the configuration file has it."""
    if field.annotation is Path:
        return str(Path(given).expanduser())
    if key == "rules":
        return [_pairs(flag(key), rule.split(",")) for rule in given]
    return _pairs(flag(key), given) if get_origin(field.annotation) is dict else given


def _pairs(name: str, given: Iterable[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    for key, equals, _ in pairs:
        if not equals:
            raise UsageError(f"{name} is given {key!r}. Write KEY=VALUE.")
    return {key.strip(): value.strip() for key, _, value in pairs}
