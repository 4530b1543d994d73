"""Split a text into its YAML front matter and its body."""

import datetime
import re
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ingest.errors import SourceError
from knowledge.audience import Audience

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)(?:^|\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


class FrontMatter(BaseModel):
    """What an article says of itself. Fields of other programs are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str = ""
    audience: Audience | None = None
    locale: str = ""
    updated: str = ""
    url: str = ""

    @field_validator("title", "locale", "url", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return "" if value is None else str(value) if isinstance(value, int | float) else value

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
    """Return the front matter and the body. Raises SourceError that names the field at fault."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return FrontMatter(), text
    try:
        fields = yaml.safe_load(found[1]) or {}
        return FrontMatter.model_validate(fields), text[found.end() :]
    except yaml.YAMLError as error:
        raise SourceError("bad_front_matter", f"not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "front matter"
        raise SourceError("bad_front_matter", f"{field} is {first['input']!r}: {first['msg']}") from error
