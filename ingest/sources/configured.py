"""Turn configured sources into what can be ingested of them and what cannot."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import yaml

from ingest.configuration import FolderSource
from ingest.errors import UsageError
from ingest.sources.folder import folder_sources
from ingest.sources.source import FailedSource, Source, Terms


def sources_of(configured: Sequence[FolderSource], *, max_megabytes: int) -> tuple[list[Source], list[FailedSource]]:
    """Return what can be ingested and what cannot, each by location."""
    found = [each for source in configured for each in _found(source, max_bytes=max_megabytes * 1_000_000)]
    found.sort(key=lambda each: each.location)
    return (
        [source for source in found if isinstance(source, Source)],
        [source for source in found if isinstance(source, FailedSource)],
    )


def _found(source: FolderSource, *, max_bytes: int) -> Iterator[Source | FailedSource]:
    if not source.path.is_dir():
        raise UsageError(f"Source {source.name!r}: path {str(source.path)!r} is no folder. Give a folder of articles.")

    def terms(path: str) -> Terms:
        return _terms(source, path)

    yield from folder_sources(source.path.resolve(), name=source.name, terms=terms, max_bytes=max_bytes)


def _terms(source: FolderSource, path: str) -> Terms:
    rule = source.rule_for(path)
    defaults = {
        "locale": (rule.locale if rule else None) or source.locale,
        "product": (rule.product if rule else None) or source.product,
        "url": _address(source.base_url, path),
    }
    said = {name: value for name, value in defaults.items() if value}
    return Terms(
        audience=(rule.audience if rule else None) or source.audience,
        defaults=yaml.safe_dump(said, allow_unicode=True).encode() if said else b"",
    )


def _address(base_url: str, path: str) -> str:
    """Return the address at which a site publishes a file, "" when none is known."""
    if not base_url:
        return ""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    below = "" if stem.lower() in ("index", "readme") else stem
    return base_url + quote(f"{folder}/{below}" if folder else below)
