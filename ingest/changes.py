"""Compare what was found with what is indexed: what is new, changed, unchanged and gone."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.sources.source import Source

_PARTITION_VERSION = 7  # raise it when partition.py makes another document of the same bytes


@dataclass(frozen=True, slots=True)
class Changes:
    """Sources by what happened to them since the generation that serves was built."""

    added: tuple[Source, ...]
    updated: tuple[Source, ...]
    unchanged: tuple[Source, ...]
    deleted: tuple[str, ...]  # locations
    moved: dict[str, str]  # of those deleted, where the same bytes lie now among those added: no loss

    @property
    def lost(self) -> list[str]:
        """The locations that are gone and were not moved."""
        return [location for location in self.deleted if location not in self.moved]


def changes_since(indexed: Mapping[str, str], *, sources: Sequence[Source], failed: Sequence[str]) -> Changes:
    """Return the changes since the indexed versions, by location. Content decides, never a file's date.

    What failed is not deleted: its indexed version stays, as do those of a folder or file of articles that failed.
    """
    found = {source.location for source in sources}
    kept = {location for location in indexed.keys() - found if _lies_in(location, failed)}
    added = tuple(source for source in sources if source.location not in indexed)
    deleted = tuple(sorted(indexed.keys() - found - kept))
    return Changes(
        added=added,
        updated=tuple(
            source for source in sources if source.location in indexed and indexed[source.location] != version(source)
        ),
        unchanged=tuple(source for source in sources if indexed.get(source.location) == version(source)),
        deleted=deleted,
        moved=_moved(indexed, added=added, deleted=deleted),
    )


def _moved(indexed: Mapping[str, str], *, added: Sequence[Source], deleted: Sequence[str]) -> dict[str, str]:
    """Return where each of the locations that are gone lies now, each new location used once."""
    places: dict[str, list[str]] = {}
    for source in reversed(added):
        places.setdefault(version(source), []).append(source.location)
    return {location: places[indexed[location]].pop() for location in deleted if places.get(indexed[location])}


def _lies_in(location: str, failed: Sequence[str]) -> bool:
    """Whether a location failed, or lies in a folder that did, or comes from a file of articles of which a line did."""
    file = location.partition("#")[0]
    return any(location == other or file == other.partition("#")[0] or file.startswith(f"{other}/") for other in failed)


def version(source: Source) -> str:
    """Return a hash of all that shapes the source's document: its bytes, its audience and how it is parsed."""
    shape = f"{_PARTITION_VERSION}\n{source.audience}\n{source.media_type}\n{source.digest}"
    return hashlib.sha256(shape.encode()).hexdigest()
