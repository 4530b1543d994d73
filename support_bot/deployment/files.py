"""Turn an operator's own paths and names into the files that run Support Bot on their server."""

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from textwrap import indent
from typing import Literal

Kind = Literal["systemd", "nginx", "crontab", "kubernetes"]

FILES: dict[Kind, tuple[str, ...]] = {
    "systemd": ("support-bot.service", "support-bot-ingest.service", "support-bot-ingest.timer"),
    "nginx": ("support-bot.conf",),
    "crontab": ("crontab",),
    "kubernetes": ("kubernetes.yaml",),
}
_TEMPLATES = Path(__file__).parent / "templates"
_PLAIN = re.compile(r"[A-Za-z0-9/._:@+~-]+")  # means the same to systemd, cron, nginx and YAML, unquoted


class _Marked(Template):
    """A text in which `@{name}` stands for a value; `$` is nginx's own."""

    delimiter = "@"
    pattern = r"@(?:(?P<escaped>@)|\{(?P<braced>[a-z]+)\}|(?P<named>(?!))|(?P<invalid>(?!)))"  # type: ignore[assignment]


class NotPlain(ValueError):
    """A value cannot stand in a file that others read as they like."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and as whom Support Bot runs."""

    python: str
    user: str
    home: str  # the folder that the commands run in, with the file .env
    data: str
    articles: tuple[str, ...]
    audience: str
    hour: str  # of the nightly import, UTC
    minute: str
    host: str  # the name under which others reach the server
    port: str  # the bot's own
    listen: str  # nginx's: a port, or an address with one
    image: str  # a container image with Support Bot


def file_texts(kind: Kind, place: Place) -> dict[str, str]:
    """Return the text of each file of a kind, by its name. Raises NotPlain for a value with a space or a quote."""
    for name, value in asdict(place).items():
        for part in value if isinstance(value, tuple) else (value,):
            if not _PLAIN.fullmatch(part):
                raise NotPlain(f"The {name} {part!r} may hold letters, digits and / . _ : @ + ~ - alone.")
    return {name: _filled(name, place) for name in FILES[kind]}


def _filled(name: str, place: Place) -> str:
    is_yaml = name.endswith(".yaml")
    values = asdict(place) | {
        "sources": (", " if is_yaml else " ").join(_sources(place)),
        "hardening": _template("hardening.conf"),
    }
    if is_yaml:
        inside = _Marked(_template("support-bot.conf")).substitute(values | {"listen": "8080"})
        values["nginx"] = indent(inside, "    ").rstrip()
    return _Marked(_template(name)).substitute(values)


def _sources(place: Place) -> list[str]:
    """Return the arguments that say what is read: folders for an audience, or without any what is configured."""
    audience = ["--audience", place.audience] if place.articles else []
    return [*audience, "--data", place.data, *place.articles]


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
