"""Keep in mind which contents were too much for the parser, so that no later run spends its time on them again."""

import contextlib
import json
from pathlib import Path

from ingest.errors import SourceError


class Quarantine:
    """A folder with one small file a content. To have all of them tried again, delete the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def refuse(self, key: str) -> None:
        """Raise the SourceError that was kept for a content, if one was."""
        with contextlib.suppress(
            FileNotFoundError, ValueError, KeyError
        ):  # one cut short by a crash counts for nothing
            kept = json.loads((self._folder / f"{key}.json").read_text())
            raise SourceError(kept["reason"], f"{kept['detail']} (not tried again until the file or a limit changes)")

    def add(self, key: str, location: str, error: SourceError) -> None:
        """Keep an error for a content."""
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = {"location": location, "reason": error.reason, "detail": error.detail}
        (self._folder / f"{key}.json").write_text(json.dumps(kept))
