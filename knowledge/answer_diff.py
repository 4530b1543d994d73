"""Say what a new generation changed in the answers to known questions, and keep it with that generation.

<data>/index/<site>/<number>/answers.json    written once the generation serves; it goes when the generation goes
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.disk import write_whole

Change = Literal["changed", "lost_citation", "abstains"]


class AnswerChange(BaseModel):
    """A question that is answered otherwise than before."""

    model_config = ConfigDict(frozen=True)

    question: str
    change: Change  # the gravest that applies: an answer before and none now, a source cited no more, other words
    before: str  # the answer's text
    after: str
    cited_before: tuple[str, ...]  # sources, as an import names them
    cited_after: tuple[str, ...]


class AnswerDiff(BaseModel):
    """How one generation answers beside another."""

    model_config = ConfigDict(frozen=True)

    before: int  # the generations' numbers
    after: int
    same: int  # questions that are answered alike
    changes: tuple[AnswerChange, ...]

    def questions(self, change: Change) -> tuple[str, ...]:
        """Return the questions that changed in this way."""
        return tuple(each.question for each in self.changes if each.change == change)

    def keep(self, folder: Path) -> None:
        """Write it into the generation's folder."""
        write_whole(folder / "answers.json", self.model_dump_json(indent=1) + "\n")


def kept_diff(folder: Path) -> AnswerDiff | None:
    """Return what is kept with a generation, None when nothing is."""
    try:
        return AnswerDiff.model_validate_json((folder / "answers.json").read_bytes())
    except (OSError, ValidationError):  # it only informs: a damaged one is as good as none
        return None
