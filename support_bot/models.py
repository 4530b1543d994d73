"""Turn settings into the chat model that writes the answers, and into what its tokens cost."""

from collections.abc import Iterator

import httpx

from support_bot.llm.chat_model import ChatCompletions
from support_bot.llm.endpoint import Endpoint
from support_bot.llm.pricing import Prices, PriceTable
from support_bot.settings import SupportBotSettings

_IDLE_CONNECTIONS = 20  # that are kept open for the next answer: httpx closes the others as they become idle


def endpoint_client() -> httpx.AsyncClient:
    """Return what calls endpoints, over as many connections as answers are made: how many, admission settles."""
    return httpx.AsyncClient(limits=httpx.Limits(max_connections=None, max_keepalive_connections=_IDLE_CONNECTIONS))


def chat_model_of(settings: SupportBotSettings, *, client: httpx.AsyncClient) -> ChatCompletions | None:
    """Return the chat model, None where there is no key for it."""
    if not settings.llm_api_key.get_secret_value().strip():
        return None
    return ChatCompletions(
        endpoints=tuple(_endpoints(settings, client=client)),
        max_tokens=settings.llm_max_tokens,
        temperature=settings.llm_temperature,
        first_token_seconds=settings.llm_first_token_seconds,
        idle_seconds=settings.llm_idle_seconds,
        total_seconds=settings.llm_total_seconds,
    )


def prices_of(settings: SupportBotSettings) -> PriceTable:
    """Return what the tokens of each model that may be asked cost."""
    usual = Prices(input=settings.price_input, output=settings.price_output, cached_input=settings.price_cached_input)
    own = {model: Prices(**each.model_dump()) for model, each in settings.prices.items()}
    models = {settings.llm_model, settings.llm_fallback_model or settings.llm_model}
    return PriceTable(usual=usual, of_models={model: own.get(model, usual) for model in models})


def _endpoints(settings: SupportBotSettings, *, client: httpx.AsyncClient) -> Iterator[Endpoint]:
    yield Endpoint(
        client=client,
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=settings.llm_api_key,
        max_tokens_field=settings.llm_max_tokens_field,
        extra_body=settings.llm_extra_body,
    )
    if settings.llm_fallback_base_url:
        yield Endpoint(
            client=client,
            base_url=settings.llm_fallback_base_url,
            model=settings.llm_fallback_model or settings.llm_model,
            api_key=settings.llm_fallback_api_key,
            max_tokens_field=settings.llm_fallback_max_tokens_field,
            extra_body=settings.llm_fallback_extra_body,
        )
