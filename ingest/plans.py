"""Keep what a run held back until somebody approves it: a plan that names it, under an id that stands for just this.

An approval lets through what its plan names and nothing beyond. The next run that holds back something else replaces
the plan.

<data>/index/<site>/withheld.json    deletions: the version of each document, by its location
<data>/index/<site>/refused.json     a generation that the gate refused: each finding of it, and of what kind it is
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.errors import UsageError
from knowledge.disk import write_whole

_NAMED = TypeAdapter(dict[str, str])


class PlanFile:
    """The plan that the last run left, if it held anything back."""

    def __init__(self, file: Path, *, option: str) -> None:
        self._file = file
        self._option = option  # of the command, by which it is approved

    def plan(self) -> tuple[str, dict[str, str]] | None:
        """Return the plan's id and what it names, None when nothing is held back."""
        try:
            named = _NAMED.validate_json(self._file.read_bytes())
        except (FileNotFoundError, ValidationError):  # a damaged plan approves nothing: the next run writes another
            return None
        return plan_id(named), named

    def approved(self, plan_id: str) -> dict[str, str]:
        """Return what the plan of this id names. Raises UsageError when it is not the one that was kept last."""
        kept = self.plan()
        if kept is None or kept[0] != plan_id:
            last = "there is none" if kept is None else f"the last one is {kept[0]!r}"
            raise UsageError(
                f"Nothing is held back under the plan {plan_id!r}; {last}. "
                f"Run without {self._option} to see what would be held back now."
            )
        return kept[1]

    def keep(self, named: Mapping[str, str]) -> None:
        """Keep the plan of what is held back now, and none when nothing is."""
        if not named:
            self._file.unlink(missing_ok=True)
            return
        write_whole(self._file, json.dumps(named, ensure_ascii=False, indent=1) + "\n")


def withheld_deletions(folder: Path) -> PlanFile:
    """Return the plan of the deletions that are withheld, in a site's folder."""
    return PlanFile(folder / "withheld.json", option="--approve-deletions")


def refused_generation(folder: Path) -> PlanFile:
    """Return the plan of the generation that the gate refused, in a site's folder."""
    return PlanFile(folder / "refused.json", option="--promote-anyway")


def plan_id(named: Mapping[str, str]) -> str:
    """Return the id of the plan that names these."""
    return hashlib.sha256(json.dumps(sorted(named.items())).encode()).hexdigest()[:12]
