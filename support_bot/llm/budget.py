"""Turn each call of a model into money that is held back before it and settled after it.

The most that the call can cost is held back in the ledger that all servers of the site share, and a call beyond a cap
is not made. What the endpoint counted is spent then. A call that failed costs nothing, as nothing is billed for it; one
that was cut off, or that the endpoint did not count, costs what it had taken and given by estimate.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata

from support_bot.conversations.errors import CapReached, StoreError
from support_bot.conversations.ledger import Ledger, Reservation, Spent
from support_bot.llm.errors import ModelUnavailable
from support_bot.llm.pricing import PriceTable, Usage
from support_bot.llm.tokens import most_tokens, token_estimate
from support_bot.spans import span

_TOKENS_OF_A_MESSAGE = 8  # that say whose it is

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Bill:
    """What one answer has cost so far."""

    usage: Usage = field(default_factory=Usage)
    model: str = ""  # that was called last, "" where none was or none says


@dataclass(slots=True)
class Call:
    """What is known of a call while it is made."""

    messages: Sequence[BaseMessage]
    model: str = ""
    counted: UsageMetadata | None = None  # by the endpoint, None until it says
    given: int = 0  # tokens of the answer, by estimate

    def note(self, message: AIMessage) -> None:
        """Note what the model has said, or the next piece of it."""
        self.given += token_estimate(message.text)
        self.counted = message.usage_metadata or self.counted
        self.model = message.response_metadata.get("model_name", self.model)

    def count(self) -> UsageMetadata:
        """Return what the endpoint counted, else an estimate."""
        if self.counted is not None:
            return self.counted
        taken = sum(token_estimate(message.text) + _TOKENS_OF_A_MESSAGE for message in self.messages)
        return UsageMetadata(input_tokens=taken, output_tokens=self.given, total_tokens=taken + self.given)

    def attributes(self) -> dict[str, str | int | float]:
        """Return what a span tells of it, in OpenTelemetry's words."""
        counted = self.count()
        return {
            "gen_ai.response.model": self.model,
            "gen_ai.usage.input_tokens": counted["input_tokens"],
            "gen_ai.usage.output_tokens": counted["output_tokens"],
        }


class Budget:
    """What a site's calls of its models may cost, and do. Without a ledger there are no caps."""

    def __init__(
        self,
        *,
        prices: PriceTable,
        ledger: Ledger | None = None,
        max_tokens: int = 1024,
        total_seconds: float = 60.0,
    ) -> None:
        """`max_tokens` and `total_seconds` are what a call gives and takes at most."""
        self.ledger = ledger
        self.inflight = 0  # calls that are being made
        self._prices = prices
        self._max_tokens = max_tokens
        self._total_seconds = total_seconds

    @asynccontextmanager
    async def call(self, messages: Sequence[BaseMessage], *, bill: Bill) -> AsyncGenerator[Call, None]:
        """Hold back what a call with these messages may cost, and settle it when it is over.

        Raises ModelUnavailable (budget) where the caps leave no room for it.
        """
        reservation = await self._held_back(self._most(messages))
        call, usage = Call(messages), Usage()
        self.inflight += 1
        try:
            with span("call model") as calling:
                yield call
                calling.attributes |= call.attributes()
        except ModelUnavailable:
            raise
        except BaseException:  # its asker has left, or has waited long enough
            usage = self._usage(call)
            raise
        else:
            usage = self._usage(call)
        finally:
            self.inflight -= 1
            bill.usage += usage
            bill.model = call.model or bill.model
            # Settled also when the answer is cut off a second time meanwhile.
            await asyncio.shield(asyncio.to_thread(self._settle, reservation, usage.cost))

    async def _held_back(self, cost: float) -> Reservation | None:
        reserving = asyncio.create_task(asyncio.to_thread(self._reserved, cost))
        try:
            return await asyncio.shield(reserving)
        except asyncio.CancelledError:  # the call is never made
            with suppress(ModelUnavailable):
                await asyncio.to_thread(self._settle, await reserving, 0.0)
            raise

    def standing(self) -> tuple[Spent, ...]:
        """Return what has been spent today and this month; nothing where nobody counts. It blocks."""
        with suppress(StoreError):
            return self.ledger.standing() if self.ledger is not None else ()
        return ()

    def _usage(self, call: Call) -> Usage:
        return self._prices.usage(call.count(), model=call.model)

    def _most(self, messages: Sequence[BaseMessage]) -> float:
        taken = sum(most_tokens(message.text) + _TOKENS_OF_A_MESSAGE for message in messages)
        return self._prices.most(input_tokens=taken, output_tokens=self._max_tokens)

    def _reserved(self, cost: float) -> Reservation | None:
        """Return what is held back, None where nobody counts."""
        if self.ledger is None:
            return None
        try:
            return self.ledger.reserve(cost, seconds=self._total_seconds)
        except CapReached as error:
            raise ModelUnavailable("budget", str(error)) from error
        except StoreError as error:
            if self.ledger.has_caps:  # nobody knows what is left
                raise ModelUnavailable("budget", "what has been spent cannot be read") from error
            logger.warning("The cost of an answer is not counted. %s", error)
            return None

    def _settle(self, reservation: Reservation | None, cost: float) -> None:
        if self.ledger is None or reservation is None:
            return
        try:
            self.ledger.settle(reservation, cost)
        except StoreError as error:  # it stands as it is held back, and is counted so when its time is over
            logger.error("The cost of an answer, $%.6f, is not settled. %s", cost, error)
