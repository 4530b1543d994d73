"""What a call is held to, and what it costs however it ends."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata

from support_bot.conversations.database import database_url, opened
from support_bot.conversations.ledger import Caps, Ledger
from support_bot.conversations.store import ConversationStore
from support_bot.llm.budget import Bill, Budget
from support_bot.llm.errors import ModelUnavailable
from support_bot.llm.pricing import Prices, PriceTable, Usage

_MESSAGES: list[BaseMessage] = [HumanMessage("When are refunds paid?" * 20)]
_COUNTED = UsageMetadata(
    input_tokens=100, output_tokens=50, total_tokens=150, input_token_details=InputTokenDetails(cache_read=40)
)
_PRICES = PriceTable(
    usual=Prices(input=1e6, output=1e6, cached_input=1e6),
    of_models={"small": Prices(input=1.0, output=2.0, cached_input=0.5), "large": Prices(input=3.0, output=4.0)},
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    with closing(ConversationStore(opened(database_url("", data_dir=tmp_path)), site="default")) as kept:
        yield kept


def _budget(store: ConversationStore, *, daily: float = 0.0) -> Budget:
    ledger = Ledger(store.engine, site="default", caps=Caps(daily=daily))
    return Budget(prices=_PRICES, ledger=ledger, max_tokens=800)


def _said(model: str = "small", *, counted: UsageMetadata | None = _COUNTED) -> AIMessage:
    return AIMessage("Within five days.", usage_metadata=counted, response_metadata={"model_name": model})


@pytest.mark.parametrize(
    ("model", "cost"), [("small", (60 * 1 + 40 * 0.5 + 50 * 2) / 1e6), ("large", (60 * 3 + 40 * 0.12 + 50 * 4) / 1e6)]
)
async def test_a_call_costs_what_the_endpoint_counted_at_the_price_of_the_model_that_answered(
    store: ConversationStore, model: str, cost: float
) -> None:
    budget, bill = _budget(store), Bill()
    async with budget.call(_MESSAGES, bill=bill) as call:
        today, _ = budget.standing()
        call.note(_said(model))
    assert 800 * 4 / 1e6 < today.held < 1_200 * 4 / 1e6  # the dearest model's longest answer
    assert bill.usage == Usage(100, 40, 50, bill.usage.cost)
    assert bill.usage.cost == pytest.approx(cost)
    assert budget.standing()[0].cost == pytest.approx(cost)


async def test_calls_are_counted_while_they_are_made(store: ConversationStore) -> None:
    budget = _budget(store)
    async with budget.call(_MESSAGES, bill=Bill()):
        assert budget.inflight == 1
        with suppress(ModelUnavailable):
            async with budget.call(_MESSAGES, bill=Bill()):
                assert budget.inflight == 2
                raise ModelUnavailable("server")
        assert budget.inflight == 1
    assert budget.inflight == 0


async def test_calls_of_one_answer_are_on_one_bill(store: ConversationStore) -> None:
    budget, bill = _budget(store), Bill()
    for _ in range(2):
        async with budget.call(_MESSAGES, bill=bill) as call:
            call.note(_said())
    assert bill.usage.output_tokens == 100
    assert budget.standing()[0].calls == 2


async def test_a_call_that_failed_costs_nothing(store: ConversationStore) -> None:
    budget, bill = _budget(store), Bill()
    with pytest.raises(ModelUnavailable):
        async with budget.call(_MESSAGES, bill=bill) as call:
            call.note(_said(counted=None))
            raise ModelUnavailable("truncated")
    today, _ = budget.standing()
    assert (bill.usage, today.cost, today.held) == (Usage(), 0.0, 0.0)


async def test_a_call_that_is_cut_off_costs_what_it_had_taken_and_given(store: ConversationStore) -> None:
    budget, bill, begun = _budget(store), Bill(), asyncio.Event()

    async def answer() -> None:
        async with budget.call(_MESSAGES, bill=bill) as call:
            call.note(_said(counted=None))
            begun.set()
            await asyncio.Event().wait()

    answering = asyncio.create_task(answer())
    await begun.wait()
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answering
    today, _ = budget.standing()
    assert bill.usage == Usage(118, 0, 5, (118 + 5 * 2) / 1e6)
    assert (today.cost, today.held) == (bill.usage.cost, 0.0)


async def test_an_endpoint_that_does_not_count_is_counted_for(store: ConversationStore) -> None:
    budget, bill = _budget(store), Bill()
    async with budget.call(_MESSAGES, bill=bill) as call:
        call.note(_said(counted=None))
    assert (bill.usage.input_tokens, bill.usage.output_tokens) == (118, 5)


async def test_beyond_a_cap_no_call_is_made(store: ConversationStore) -> None:
    budget = _budget(store, daily=0.000001)
    async with budget.call(_MESSAGES, bill=Bill()) as call:
        with pytest.raises(ModelUnavailable, match="Raise SUPPORT_BOT_DAILY_CAP") as refused:
            async with budget.call(_MESSAGES, bill=Bill()):
                raise AssertionError
        call.note(_said())
    assert refused.value.kind == "budget"


async def test_while_nobody_can_count_only_a_site_without_caps_spends(tmp_path: Path) -> None:
    engine = opened(database_url("", data_dir=tmp_path))
    with closing(ConversationStore(engine, site="default")) as store:
        capped, free = _budget(store, daily=1.0), _budget(store)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE spending")
        with pytest.raises(ModelUnavailable, match="cannot be read"):
            async with capped.call(_MESSAGES, bill=Bill()):
                raise AssertionError
        async with free.call(_MESSAGES, bill=Bill()) as call:
            call.note(_said())
        assert free.standing() == ()


async def test_fifty_answers_at_once_overshoot_no_cap_by_more_than_one(store: ConversationStore) -> None:
    budget, refused = _budget(store, daily=0.01), 0

    async def answer() -> None:
        nonlocal refused
        try:
            async with budget.call(_MESSAGES, bill=Bill()) as call:
                await asyncio.sleep(0)
                call.note(_said("large", counted=UsageMetadata(input_tokens=230, output_tokens=800, total_tokens=1030)))
        except ModelUnavailable:
            refused += 1

    await asyncio.gather(*(answer() for _ in range(50)))
    today, _ = budget.standing()
    assert 0.01 <= today.cost < 0.01 + 0.0045  # one call costs 0.0039
    assert (today.held, refused + today.calls) == (0.0, 50)
