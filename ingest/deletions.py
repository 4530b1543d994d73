"""Decide which documents may be deleted because their sources are gone: few at once, or those that somebody approved.

A folder that was emptied or is not mounted looks like one whose articles were all deleted. So a run withholds many
deletions at once and keeps a plan that names them. Approving the plan allows these deletions and no others.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import DeletionsWithheld
from ingest.served import Served

FEW = 10  # that many are never much: a share alone would block a small help centre
_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Deletions:
    """Locations whose documents go now, and those that stay until somebody approves."""

    made: tuple[str, ...]
    withheld: tuple[str, ...]


def allowed(gone: Collection[str], *, served: Mapping[str, str], approved: Mapping[str, str] | None) -> Deletions:
    """Return which of the documents that are gone may go. `served` and `approved` are versions by location.

    An approval is a ceiling: what it does not name, or names in another version, stays.
    """
    if approved is not None:
        may_go = {location for location in gone if approved.get(location) == served[location]}
    else:
        may_go = set() if _are_many(gone, served) or _are_all_of_a_root(gone, served) else set(gone)
    return Deletions(tuple(sorted(may_go)), tuple(sorted(set(gone) - may_go)))


def refuse_missing(paths: Iterable[tuple[str, Path]], *, served: Served, sentinel: str) -> None:
    """Raise DeletionsWithheld for a folder or file, given by name, that serves and is not there, or lacks its sentinel.

    A path that never served is somebody's mistake in typing: whoever reads it tells.
    """
    for name, path in paths:
        count = sum(_root(location) == name for location in served.versions)
        if count and not _can_be_read(path):
            raise DeletionsWithheld(
                f"{str(path)!r} is missing or may not be read, but {count} documents of it serve. Nothing was changed. "
                "Check the path, or that its volume is mounted."
            )
        if sentinel and path.is_dir() and not (path / sentinel).exists():
            raise DeletionsWithheld(
                f"{str(path)!r} does not hold {sentinel!r}, which INGEST_SENTINEL says it does. Nothing was changed. "
                "Check that its volume is mounted."
            )


def _are_many(gone: Collection[str], served: Mapping[str, str]) -> bool:
    return len(gone) > FEW and len(gone) > _SHARE * len(served)


def _are_all_of_a_root(gone: Collection[str], served: Mapping[str, str]) -> bool:
    """Whether nothing is left, or nothing of a folder or file that held several articles."""
    left = {_root(location) for location in served.keys() - set(gone)}
    emptied = [_root(location) for location in gone if _root(location) not in left]
    return bool(emptied) and (not left or len(emptied) > len(set(emptied)))


def _can_be_read(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and os.access(path, os.R_OK | os.X_OK))


def _root(location: str) -> str:
    return location.partition("#")[0].partition("/")[0]
