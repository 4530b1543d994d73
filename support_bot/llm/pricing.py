"""Turn counts of tokens into US dollars."""

from dataclasses import dataclass


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
