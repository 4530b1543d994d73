"""Turn one question into a cited answer on the terminal."""

from collections.abc import Iterator
from contextlib import AsyncExitStack, closing

from knowledge.settings import KnowledgeSettings
from support_bot.answering.query import Question
from support_bot.api.schema import ChatAnswer
from support_bot.api.wire import Message, conversation_id, whole_answer
from support_bot.app import build_answers
from support_bot.keeping import ledger_of, open_store
from support_bot.settings import SupportBotSettings


async def asked(
    to_answer: Question, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings, *, as_json: bool
) -> str:
    """Return the answer as text with its sources below it, or as one JSON object."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base_url = settings.public_url or f"http://{host}:{settings.port}"
    async with AsyncExitStack() as opened:
        ledger = None
        if settings.llm_api_key.get_secret_value().strip():  # else nothing is spent
            ledger = ledger_of(settings, opened.enter_context(closing(open_store(settings, knowledge_settings))))
        answers = await opened.enter_async_context(build_answers(settings, knowledge_settings, ledger=ledger))
        answers.knowledge_base.manifest()  # raises KnowledgeBaseEmpty before anything is written
        message = Message(base_url=base_url.rstrip("/"), conversation_id=conversation_id(None))
        answer = await whole_answer(answers.events(to_answer, scope="public", bill=message.bill), message=message)
    if as_json:
        return answer.model_dump_json(exclude={"conversation_id", "message_id", "trace_id", "sources"})
    return "\n".join(answer_lines(answer))


def answer_lines(answer: ChatAnswer) -> Iterator[str]:
    """Yield an answer as lines for a terminal: its text, its sources, the words that it cites."""
    yield answer.text
    yield ""
    if answer.outcome == "no_answer":
        yield "The nearest articles:"
    for source in answer.sources:
        page = f", p. {source.page}" if source.page else ""
        stale = f" (not brought up to date since {source.stale_since[:10]})" if source.stale_since else ""
        yield f"[{source.n}] {source.title}, {source.section}{page}: {source.url}{stale}"
    for citation in answer.citations:
        yield f"    [{citation.n}] “{' '.join(citation.quote.split())}”"
    yield ""
    confidence = "" if answer.confidence is None else f", confidence {answer.confidence:.2f}"
    degraded = f", degraded: {answer.degraded}" if answer.degraded else ""
    cost = f", ${answer.cost:.6f}" if answer.cost else ""
    yield f"({answer.outcome}, {answer.mode}{confidence}{degraded}{cost}, {answer.ms.total} ms)"
