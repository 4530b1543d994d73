"""Which questions are the same, and how long and how much is remembered."""

from dataclasses import replace
from typing import Any

import pytest

from support_bot.answering.cache import AnswerCache, AnswerKey, normalised
from support_bot.answering.guidance import NO_GUIDANCE, Guidance
from support_bot.answering.prompt import revision
from support_bot.answering.query import Question, Turn
from support_bot.retrieval.knowledge_base import Edition
from support_bot.retrieval.retriever import passage_of
from tests.support_bot.listed import documents

_PASSAGES = [passage_of(document) for document in documents()]
_QUESTION = Question("When are refunds paid?", locale="en", product="Lamp")


class Desk:
    """A cache, the edition that serves, and the time."""

    def __init__(self, *, most: int = 10, model: str = "glm", guidance: Guidance = NO_GUIDANCE) -> None:
        self.edition = Edition("1", frozenset())
        self.now = 0.0
        self.cache = AnswerCache(
            site="default",
            model=model,
            guidance=revision(guidance),
            edition=lambda: self.edition,
            most=most,
            seconds=60,
            now=lambda: self.now,
        )

    async def key(self, question: Question = _QUESTION, **fields: Any) -> AnswerKey:
        key = await self.cache.key(question, fields.pop("passages", _PASSAGES), scope=fields.pop("scope", "public"))
        assert key is not None and not fields
        return key


async def test_the_same_question_finds_what_was_written() -> None:
    desk = Desk()
    desk.cache.keep(await desk.key(), "Within five days. [1]")
    again = replace(_QUESTION, text="  when are  REFUNDS paid ")
    assert desk.cache.text(await desk.key(again)) == "Within five days. [1]"


@pytest.mark.parametrize(
    "changed",
    [
        {"site": "another"},
        {"scope": "customer"},
        {"edition": Edition("2", frozenset())},
        {"edition": Edition("1", frozenset({"refunds"}))},
        {"guidance": "another"},
        {"model": "another"},
        {"question": "when are refunds due"},
        {"locale": "de"},
        {"product": "Desk"},
        {"passages": "others"},
    ],
)
async def test_a_change_in_any_part_of_the_key_finds_nothing(changed: dict[str, Any]) -> None:
    desk = Desk()
    key = await desk.key()
    desk.cache.keep(key, "Within five days. [1]")
    other = replace(key, **changed)
    assert other != key
    assert desk.cache.text(other) == ""
    assert desk.cache.text(key)


async def test_each_part_of_the_key_is_what_it_is_named_for() -> None:
    desk = Desk()
    keys = {
        await desk.key(),
        await desk.key(scope="customer"),
        await desk.key(scope="internal"),
        await desk.key(replace(_QUESTION, text="When are gift cards refunded?")),
        await desk.key(replace(_QUESTION, locale="de")),
        await desk.key(replace(_QUESTION, product="Desk")),
        await desk.key(passages=_PASSAGES[::-1]),
        await desk.key(passages=[replace(_PASSAGES[0], text="Refunds are paid within 9 days."), *_PASSAGES[1:]]),
        await Desk(model="another").key(),
        await Desk(guidance=Guidance(tone="warm")).key(),
        await Desk(guidance=Guidance(own_names=("Acme",))).key(),
    }
    assert len(keys) == 11


async def test_follow_ups_are_not_remembered() -> None:
    follow_up = replace(_QUESTION, history=(Turn("user", "Hello"),))
    assert await Desk().cache.key(follow_up, _PASSAGES, scope="public") is None
    assert await Desk(most=0).cache.key(_QUESTION, _PASSAGES, scope="public") is None


@pytest.mark.parametrize("edition", [Edition("2", frozenset()), Edition("1", frozenset({"refunds"}))])
async def test_a_new_generation_or_a_hidden_article_forgets_all_that_was_written_before(edition: Edition) -> None:
    desk = Desk()
    desk.cache.keep(await desk.key(), "Within five days. [1]")
    desk.edition = edition
    assert desk.cache.text(await desk.key()) == ""
    assert len(desk.cache) == 0


async def test_so_much_is_remembered_and_for_so_long() -> None:
    desk = Desk(most=2)
    first, second, third = [await desk.key(replace(_QUESTION, text=f"Question {n}?")) for n in range(3)]
    desk.cache.keep(first, "1")
    desk.cache.keep(second, "2")
    assert desk.cache.text(first) == "1"
    desk.cache.keep(third, "3")
    assert [desk.cache.text(key) for key in (first, second, third)] == ["1", "", "3"]
    desk.now = 60.0
    assert desk.cache.text(first) == "1"
    desk.now = 60.1
    assert (desk.cache.text(first), len(desk.cache)) == ("", 1)


def test_case_width_spaces_and_the_last_sign_make_no_difference() -> None:
    assert normalised("  How do　I  PAY？ ") == normalised("how do i pay") == normalised("How do I pay?!")
    assert normalised("How do I pay 5?") != normalised("How do I pay 50?")
