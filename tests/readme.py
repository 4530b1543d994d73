"""Write the README's generated parts: `python -m tests.readme` (or `make readme`)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import AliasChoices, BaseModel, SecretStr
from pydantic_settings import BaseSettings

from ingest.settings import IngestSettings
from ingest.sources.kinds import KINDS, Rule
from knowledge.settings import KnowledgeSettings
from support_bot.api.streams import EVENTS
from support_bot.settings import SupportBotSettings

README = Path(__file__).parent.parent / "README.md"
_SETTINGS: tuple[type[BaseSettings], ...] = (SupportBotSettings, KnowledgeSettings, IngestSettings)


def settings_table() -> str:
    """Return every setting with its default and what it means, as a Markdown table."""
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    rows += [row for settings in _SETTINGS for row in _rows(settings)]
    return "\n".join(rows)


def events_table() -> str:
    """Return every event with the fields of its data, as a Markdown table."""
    rows = ["| event | data |", "|---|---|"]
    rows += [
        f"| `{name}` | {', '.join(f'`{field}`' for field in data.model_fields)} |" for name, data in EVENTS.items()
    ]
    return "\n".join(rows)


def sources_table() -> str:
    """Return every key of every kind of source with its default and what it means, as a Markdown table."""
    rows = ["| kind | key | default | what it is |", "|---|---|---|---|"]
    of_all = set.intersection(*(set(kind.model_fields) for kind in KINDS)) - {"kind"}
    rows += _keys("any", KINDS[0], only=of_all)
    for kind in KINDS:
        name = get_args(kind.model_fields["kind"].annotation)[0]
        rows += _keys(name, kind, only=set(kind.model_fields) - of_all - {"kind"})
    rows += _keys("a rule", Rule, only=set(Rule.model_fields))
    return "\n".join(rows)


def _keys(kind: str, source: type[BaseModel], *, only: set[str]) -> Iterator[str]:
    for name, field in source.model_fields.items():
        if name in only:
            written = "" if field.default in ("", None, {}, ()) else f"`{str(field.default).replace('False', 'false')}`"
            default = "needed" if field.is_required() else written
            yield f"| {kind} | `{name}` | {default} | {field.description} |"


PARTS = {"settings": settings_table, "events": events_table, "sources": sources_table}


def generated(text: str) -> str:
    """Return the README with its generated parts made anew."""
    for name, part in PARTS.items():
        text = re.sub(
            rf"(<!-- {name} -->).*?(<!-- /{name} -->)",
            lambda found, part=part: f"{found[1]}\n{part()}\n{found[2]}",  # type: ignore[misc]
            text,
            flags=re.DOTALL,
        )
    return text


def _rows(settings: type[BaseSettings]) -> Iterator[str]:
    prefix = settings.model_config.get("env_prefix", "")
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        names = (
            [str(choice) for choice in alias.choices]
            if isinstance(alias, AliasChoices)
            else [f"{prefix}{name}".upper()]
        )
        default = "" if isinstance(field.default, SecretStr) or field.default in ("", {}) else f"`{field.default}`"
        yield f"| {' or '.join(f'`{name}`' for name in names)} | {default} | {field.description} |"


if __name__ == "__main__":
    README.write_text(generated(README.read_text(encoding="utf-8")), encoding="utf-8")
