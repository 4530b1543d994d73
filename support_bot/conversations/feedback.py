"""Say what an asker says of an answer."""

from dataclasses import dataclass
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
