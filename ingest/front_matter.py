"""Turn the YAML at the top of a text, or in a label beside a file, into what the article says of itself."""

import datetime
import re
import reprlib
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ingest.errors import SourceError
from knowledge.audience import Audience

_OPENING = re.compile(r"\s*?^---[ \t]*\n", re.MULTILINE)
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_FIELD = re.compile(r"\s*[\w-]+[ \t]*:")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class FrontMatter(BaseModel):
    """What an article says of itself. Fields of other programs are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str = ""
    audience: Audience | None = None
    locale: str = ""
    product: str = ""
    updated: str = ""
    url: str = ""

    def or_else(self, defaults: "FrontMatter") -> "FrontMatter":
        """Return what this says, and what the defaults say where it says nothing."""
        said = self.model_dump(exclude_defaults=True)
        return self.model_copy(update=defaults.model_dump(exclude_defaults=True) | said)

    @field_validator("title", "locale", "url", "product", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        if value is None:
            return ""
        text = str(value) if isinstance(value, int | float) else value
        if isinstance(text, str) and _HALF_CHARACTER.search(text):
            raise ValueError("it holds half a character")
        return " ".join(_CONTROL.sub(" ", text).split()) if isinstance(text, str) else text

    @field_validator("updated", mode="before")
    @classmethod
    def _iso_date(cls, value: Any) -> str:
        if isinstance(value, datetime.datetime):
            return value.date().isoformat()
        return datetime.date.fromisoformat(str(value)).isoformat() if value else ""

    @field_validator("url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://", "/")):
            raise ValueError("an address begins with https://, http:// or /")
        return value


def split(text: str) -> tuple[FrontMatter, str]:
    """Return the front matter and the body. Raises SourceError that names the field at fault.

    What begins like front matter and does not end like it is refused: its audience must not be overlooked.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter(), text
    closing = _CLOSING.search(text, opening.end())
    is_labelled = _FIELD.match(text, opening.end()) is not None
    if closing is None:
        if is_labelled:
            raise SourceError("bad_front_matter", "it is never closed; write --- on a line of its own below the fields")
        return FrontMatter(), text
    inner = text[opening.end() : closing.start()]
    if inner.strip() and not is_labelled and not inner.lstrip().startswith("#"):
        return FrontMatter(), text  # a rule at the top of a text, and another one below
    return _front_matter(inner), text[closing.end() :]


def label(content: bytes) -> FrontMatter:
    """Return the front matter that stands in a file of its own. Raises SourceError that names the field at fault."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("bad_front_matter", "its label is not UTF-8; save the .yaml file as UTF-8") from error
    front_matter, rest = split(text if _OPENING.match(text) else f"---\n{text}\n---\n")
    if rest.strip():
        raise SourceError("bad_front_matter", "its label holds more than fields; leave those alone in the .yaml file")
    return front_matter


class _Fields(yaml.SafeLoader):
    """Reads a mapping whose names are told apart by more than their case, each given once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping with its names in lower case."""
        fields: dict[Any, Any] = {}
        for name, value in super().construct_mapping(node, deep=deep).items():
            fields[name.lower() if isinstance(name, str) else name] = value
        if len(fields) < len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a field is given twice", node.start_mark)
        return fields


def _front_matter(text: str) -> FrontMatter:
    try:
        return FrontMatter.model_validate(yaml.load(text, _Fields) or {})  # noqa: S506 - a SafeLoader
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "front matter"
        raise SourceError("bad_front_matter", f"{field} is {reprlib.repr(first['input'])}: {first['msg']}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date such as 2024-13-45
        raise SourceError("bad_front_matter", f"not YAML: {' '.join(str(error).split())[:200]}") from error
