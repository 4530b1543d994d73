"""Turn configured sources into what can be ingested of them and what cannot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import yaml

from ingest.errors import SourceError, UsageError
from ingest.settings import secret_named
from ingest.sources.export import export_sources
from ingest.sources.folder import folder_sources
from ingest.sources.git import git_sources
from ingest.sources.kinds import (
    AnySource,
    ChatwootSource,
    ExportSource,
    FolderSource,
    GitSource,
    WebsiteSource,
    ZendeskSource,
)
from ingest.sources.source import FailedSource, Source, Terms


@dataclass(frozen=True, slots=True)
class Means:
    """What sources are read with."""

    folder: Path  # in which what was fetched is kept
    max_megabytes: int
    pauses: Sequence[float] = (1.0, 5.0, 15.0)  # seconds, before each further attempt at a server that fails
    enough: int | None = None  # pages of a website that suffice to try it; None to read all


def sources_of(configured: Sequence[AnySource], *, means: Means) -> tuple[list[Source], list[FailedSource]]:
    """Return what can be ingested and what cannot, each by location.

    A source that cannot be listed fails under its name, so that nothing of it counts as deleted.
    """
    found: list[Source | FailedSource] = []
    for source in configured:
        try:
            listed = list(_found(source, means=means))
            # A folder has a guard of its own; elsewhere an empty answer is more often a fault than the truth.
            if not listed and not isinstance(source, FolderSource):
                raise SourceError("no_text", "it holds no article; check where it points to, or take the source out")
            found += listed
        except SourceError as error:
            found.append(FailedSource(source.name, error))
    found.sort(key=lambda each: each.location)
    return (
        [source for source in found if isinstance(source, Source)],
        [source for source in found if isinstance(source, FailedSource)],
    )


def _found(source: AnySource, *, means: Means) -> Iterator[Source | FailedSource]:
    max_bytes = means.max_megabytes * 1_000_000
    if isinstance(source, FolderSource):
        return _folder(source, max_bytes=max_bytes)
    if isinstance(source, ExportSource):
        return export_sources(source, max_bytes=max_bytes)
    token = _token(source)
    if isinstance(source, GitSource):
        clone = means.folder / f"{source.name}.git"
        return git_sources(source, token=token, folder=clone, terms=partial(_terms, source), max_bytes=max_bytes)
    return _fetched(source, token=token, means=means)


def _token(source: WebsiteSource | ZendeskSource | ChatwootSource | GitSource) -> str:
    name = "" if isinstance(source, WebsiteSource) else source.token_env
    token = secret_named(name) if name else ""
    if name and not token:
        raise UsageError(f"Source {source.name!r}: token_env is {name!r}, which is not set. Set it, or leave it out.")
    return token


def _fetched(
    source: WebsiteSource | ZendeskSource | ChatwootSource, *, token: str, means: Means
) -> Iterator[Source | FailedSource]:
    from ingest.fetching.fetcher import Fetcher, Patience  # only who fetches something pays for it
    from ingest.fetching.kept import Kept
    from ingest.sources import chatwoot, website, zendesk

    headers: dict[str, str] = {}
    if isinstance(source, ZendeskSource):
        headers = zendesk.authorization(source, token)
    elif isinstance(source, ChatwootSource):
        headers = chatwoot.authorization(token)
    patience = Patience(megabytes=means.max_megabytes, pauses=means.pauses)
    with (
        Kept(means.folder / f"{source.name}.sqlite3") as kept,
        Fetcher(
            source.url, kept=kept, patience=patience, allow_private=source.allow_private, headers=headers
        ) as fetcher,
    ):
        listed: Iterator[Source | FailedSource]
        if isinstance(source, WebsiteSource):
            listed = website.website_sources(source, fetcher=fetcher, enough=means.enough)
        elif isinstance(source, ZendeskSource):
            listed = zendesk.zendesk_sources(source, fetcher=fetcher)
        else:
            listed = chatwoot.chatwoot_sources(source, fetcher=fetcher)
        yield from list(listed)  # whole or not at all
        kept.forget_all_but(fetcher.asked)


def _folder(source: FolderSource, *, max_bytes: int) -> Iterator[Source | FailedSource]:
    if not source.path.is_dir():
        raise UsageError(f"Source {source.name!r}: path {str(source.path)!r} is no folder. Give a folder of articles.")
    terms = partial(_terms, source)
    return folder_sources(source.path.resolve(), name=source.name, terms=terms, max_bytes=max_bytes)


def _terms(source: FolderSource | GitSource, path: str) -> Terms:
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
