"""Turn counts of tokens into US dollars."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from langchain_core.messages.ai import UsageMetadata
from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the endpoint counted, and their price in US dollars."""

    input_tokens: int = 0
    cached_tokens: int = 0  # of the input
    output_tokens: int = 0
    cost: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=self.cost + other.cost,
        )


class ModelPrices(BaseModel):
    """What a setting says that a model costs, in US dollars per million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached_input: float = Field(ge=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """US dollars per million tokens. The defaults are glm-5-turbo's."""

    input: float = 0.60
    output: float = 2.00
    cached_input: float = 0.12

    def cost(self, *, input_tokens: int, cached_tokens: int, output_tokens: int) -> float:
        """Return the price of one answer in dollars. The cached tokens are among the input tokens."""
        cached_tokens = min(cached_tokens, input_tokens)  # an endpoint's counts need not agree
        fresh_tokens = input_tokens - cached_tokens
        dollars = fresh_tokens * self.input + cached_tokens * self.cached_input + output_tokens * self.output
        return dollars / 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """What tokens cost, by the model that took them."""

    usual: Prices = Prices()  # of a model that has no row of its own
    of_models: Mapping[str, Prices] = field(default_factory=dict)

    def usage(self, counted: UsageMetadata, *, model: str) -> Usage:
        """Return what an endpoint counted, with its price."""
        input_tokens, output_tokens = counted["input_tokens"], counted["output_tokens"]
        cached_tokens = counted.get("input_token_details", {}).get("cache_read", 0)
        cost = self.of_models.get(model, self.usual).cost(
            input_tokens=input_tokens, cached_tokens=cached_tokens, output_tokens=output_tokens
        )
        return Usage(input_tokens, cached_tokens, output_tokens, cost)

    def most(self, *, input_tokens: int, output_tokens: int) -> float:
        """Return what so many tokens cost with the dearest of the models."""
        prices = self.of_models.values() or (self.usual,)
        return max(
            each.cost(input_tokens=input_tokens, cached_tokens=0, output_tokens=output_tokens) for each in prices
        )
