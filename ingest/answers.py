"""Have the bot answer known questions by the generation before and by the one that serves now, and tell what changed.

The bot is another program: it is run, never imported. Whatever becomes of it, the reindex is done by then.
"""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from knowledge.answer_diff import AnswerDiff
from knowledge.catalog import Catalog

_BOT = (sys.executable, "-m", "support_bot")
_SECONDS = 600  # enough for thousands of questions; a bot that hangs must not keep the report back for ever


@dataclass(frozen=True, slots=True)
class AnswersCompared:
    """What a new generation changed in the answers to golden and recent questions, by question."""

    same: int = 0
    changed: tuple[str, ...] = ()
    lost_citation: tuple[str, ...] = ()  # a source that they cited is cited no more
    abstains: tuple[str, ...] = ()  # they were answered before
    error: str = ""  # why it is not known

    @classmethod
    def of(cls, diff: AnswerDiff) -> "AnswersCompared":
        """Return the questions of what is kept with a generation."""
        return cls(
            same=diff.same,
            changed=diff.questions("changed"),
            lost_citation=diff.questions("lost_citation"),
            abstains=diff.questions("abstains"),
        )


def answers_compared(
    files: Sequence[Path], *, catalog: Catalog, bot: Sequence[str] = _BOT, seconds: int = _SECONDS
) -> AnswersCompared | None:
    """Compare the answers to the questions in these files, and keep what changed with the generation that serves.

    Returns None where there is nothing to compare: no questions, or no generation before.
    """
    before, now = catalog.way_back(), catalog.current()
    if not files or before is None or now is None:
        return None
    generations = ["--json", "--before", before.name, "--after", now.name]
    place = ["--site", catalog.site, "--data", str(catalog.data_dir)]
    command = [*bot, "eval", "generations", *generations, *place, "--questions", *map(str, files)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=seconds
        )
        diff = AnswerDiff.model_validate_json(done.stdout)
        diff.keep(now)
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()
        return AnswersCompared(error=said[-1] if said else f"it ended with exit code {error.returncode}")
    except (subprocess.TimeoutExpired, OSError, ValidationError) as error:
        return AnswersCompared(error=str(error).splitlines()[0])
    return AnswersCompared.of(diff)
