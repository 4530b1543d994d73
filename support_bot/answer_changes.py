"""Turn two generations and a list of questions into what changed in the answers from one to the other."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from pydantic import SecretStr

from knowledge.answer_diff import AnswerChange, AnswerDiff, Change
from knowledge.golden import GoldenQuestion
from knowledge.settings import KnowledgeSettings
from support_bot.answering.events import Citation, Delta, Outcome, Verdict
from support_bot.answering.query import MARKS, QuestionRefused, question
from support_bot.api.answers import Answers
from support_bot.app import build_answers
from support_bot.llm.budget import Bill
from support_bot.settings import SupportBotSettings


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as far as two are compared."""

    outcome: Outcome
    text: str  # without the marks of its sources, whose numbers mean nothing elsewhere
    cited: tuple[str, ...]  # sources, as an import names them

    @property
    def is_answer(self) -> bool:
        """Whether something was answered."""
        return self.outcome in ("answered", "partial")


async def answer_diff(
    questions: Iterable[GoldenQuestion],
    settings: SupportBotSettings,
    knowledge_settings: KnowledgeSettings,
    *,
    before: int,
    after: int,
) -> AnswerDiff:
    """Return what changed from one generation to the other, by answers in the articles' own words.

    No language model is asked: that would cost, and would word the same answer in another way each time. Raises
    KnowledgeError for a generation that cannot be opened.
    """
    quoting = settings.model_copy(update={"llm_api_key": SecretStr("")})
    asked = list({each.question: each for each in questions}.values())
    async with build_answers(quoting, knowledge_settings, generation=before) as answers:
        then = [await _answered(each, answers) for each in asked]
    async with build_answers(quoting, knowledge_settings, generation=after) as answers:
        now = [await _answered(each, answers) for each in asked]
    return diff_of(asked, then, now, before=before, after=after)


def diff_of(
    asked: Sequence[GoldenQuestion], then: Sequence[Answered], now: Sequence[Answered], *, before: int, after: int
) -> AnswerDiff:
    """Return what changed in the answers to each question."""
    changes = tuple(
        AnswerChange(
            question=each.question,
            change=change,
            before=one.text,
            after=other.text,
            cited_before=one.cited,
            cited_after=other.cited,
        )
        for each, one, other in zip(asked, then, now, strict=True)
        if (change := change_of(one, other)) is not None
    )
    return AnswerDiff(before=before, after=after, same=len(asked) - len(changes), changes=changes)


def change_of(before: Answered, after: Answered) -> Change | None:
    """Return the gravest change between two answers to a question, None when they say the same by the same sources."""
    if before.is_answer and not after.is_answer:
        return "abstains"
    if before.is_answer and set(before.cited) - set(after.cited):
        return "lost_citation"
    is_same = (before.is_answer, before.text, set(before.cited)) == (after.is_answer, after.text, set(after.cited))
    return None if is_same else "changed"


def diff_lines(diff: AnswerDiff) -> Iterator[str]:
    """Yield the changes as lines for a terminal."""
    yield f"From generation {diff.before} to {diff.after}, {diff.same} answers are the same."
    for each in diff.changes:
        yield ""
        yield f"{each.question}: {each.change.replace('_', ' ')}"
        yield f"  before: {' '.join(each.before.split())} ({', '.join(each.cited_before) or 'nothing cited'})"
        yield f"  after: {' '.join(each.after.split())} ({', '.join(each.cited_after) or 'nothing cited'})"


async def _answered(asked: GoldenQuestion, answers: Answers) -> Answered:
    text, cited = "", dict[str, None]()
    outcome: Outcome = "no_answer"
    try:
        events = answers.events(question(asked.question, locale=asked.locale), scope=asked.audience, bill=Bill())
    except QuestionRefused:  # it was let in when it was asked, or is somebody's slip
        return Answered("refused", "", ())
    async with aclosing(events):
        async for event in events:
            match event:
                case Delta():
                    text += event.text
                case Citation():
                    cited[event.passage.source] = None
                case Verdict():
                    outcome = event.outcome
    return Answered(outcome, MARKS.sub("", text), tuple(cited))
