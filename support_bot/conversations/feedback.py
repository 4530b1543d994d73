"""Turn what askers say of answers into lines of a file that a support lead can read.

<data>/feedback/<site>.jsonl    one JSON object a line, oldest first
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Rating = Literal["up", "down"]
Reason = Literal["wrong", "outdated", "did_not_answer", "hard_to_follow"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one asker says of one answer."""

    message_id: str
    rating: Rating
    reason: Reason | None
    comment: str


class FeedbackLog:
    """One site's feedback."""

    def __init__(self, data_dir: Path, site: str) -> None:
        self._file = data_dir / "feedback" / f"{site}.jsonl"

    def add(self, feedback: Feedback) -> None:
        """Write one line. A line is written whole: the file is opened for appending, and one call writes it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(feedback)}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
