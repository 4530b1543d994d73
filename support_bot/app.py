"""Turn settings into the running application. Every object is built here, once."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.retrievers import BaseRetriever
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from knowledge.catalog import Catalog, PinnedCatalog
from knowledge.embeddings import embeddings_named
from knowledge.errors import KnowledgeBaseEmpty
from knowledge.settings import KnowledgeSettings
from support_bot.access.door import Door
from support_bot.access.limits import RateLimits, Rates
from support_bot.access.registry import Registry
from support_bot.access.secrets import MasterSecret
from support_bot.answering.cache import AnswerCache
from support_bot.answering.checking.markup import host_of
from support_bot.answering.guidance import Guidance
from support_bot.answering.prompt import revision
from support_bot.api.answers import Answers
from support_bot.api.description import described
from support_bot.api.handoff import Handoffs
from support_bot.api.incidents import Incidents
from support_bot.api.limits import BodyLimit, KnownHosts
from support_bot.api.meter import Meter
from support_bot.api.origins import SiteOrigins
from support_bot.api.request_log import RequestLog
from support_bot.api.routes import add_routes
from support_bot.conversations.ledger import Ledger
from support_bot.conversations.store import ConversationStore
from support_bot.handoff.built import delivering
from support_bot.handoff.outbox import Outbox
from support_bot.keeping import fates_of, giving_answers, ledger_of, open_store
from support_bot.llm.budget import Budget
from support_bot.models import chat_model_of, endpoint_client, prices_of
from support_bot.panel.chatwoot import ChatwootConversations
from support_bot.retrieval.confidence import Calibration, read_calibration, shipped
from support_bot.retrieval.knowledge_base import KnowledgeBase
from support_bot.retrieval.reranker import reranker_named
from support_bot.retrieval.retriever import KnowledgeRetriever
from support_bot.settings import SupportBotSettings

if TYPE_CHECKING:
    from support_bot.telemetry import Telemetry

# langchain-core brings a tracer that these would switch on, and questions and passages would leave with it.
_TRACERS = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")

_HELPDESK_SECONDS = 10.0  # for each step of a request: an agent waits for it
_STATIC = Path(__file__).parent / "static"
_OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def create_app(
    settings: SupportBotSettings,
    knowledge_settings: KnowledgeSettings,
    *,
    retriever: BaseRetriever | None = None,
    chat_model: BaseChatModel | None = None,
) -> FastAPI:
    """Return the application; a retriever or chat model of your own takes the place of ours."""

    telemetry = _telemetry(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        with closing(await asyncio.to_thread(open_store, settings, knowledge_settings)) as store:
            app.state.fates = fates_of(settings, knowledge_settings, store)
            async with (
                giving_answers(settings, store, app.state.fates, incidents=app.state.incidents) as app.state.runs,
                build_answers(
                    settings,
                    knowledge_settings,
                    retriever=retriever,
                    chat_model=chat_model,
                    ledger=ledger_of(settings, store),
                ) as app.state.answers,
            ):
                try:
                    async with (
                        _handoffs(settings, store, app.state.answers.meter) as app.state.handoffs,
                        httpx.AsyncClient(timeout=_HELPDESK_SECONDS, trust_env=False) as client,
                    ):
                        app.state.chatwoot = ChatwootConversations(settings, client=client)
                        yield
                finally:
                    await app.state.runs.close()
                    await app.state.limits.close()
                    if telemetry is not None:
                        await asyncio.to_thread(telemetry.close)

    app = FastAPI(title="Support Bot", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.door = door_of(settings, knowledge_settings)
    app.state.limits = _rate_limits(settings)
    app.state.incidents = Incidents()
    add_routes(app, static=_STATIC)
    app.add_middleware(BodyLimit, incidents=app.state.incidents)
    public_host = urlsplit(settings.public_url).hostname
    app.add_middleware(KnownHosts, hosts=[*_OWN_HOSTS, settings.host, *([public_host] if public_host else [])])
    # Outermost, so that the widget on another website can also read why it was refused.
    app.add_middleware(SiteOrigins, door=app.state.door)
    if telemetry is not None:
        from support_bot.telemetry import TracedRequests

        app.add_middleware(TracedRequests, telemetry=telemetry)
    app.add_middleware(RequestLog)
    if settings.trusted_proxies:  # outermost of all: what it finds out is the request's address for everybody else
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    app.openapi = partial(described, app)  # type: ignore[method-assign]  # FastAPI's own way to extend it
    return app


def _telemetry(settings: SupportBotSettings) -> "Telemetry | None":
    """Return what sends spans to the collector, None where none is set: then none of its packages are imported."""
    if not settings.telemetry_url:
        return None
    from support_bot.telemetry import Telemetry

    return Telemetry(url=settings.telemetry_url, site=settings.site)


@asynccontextmanager
async def _handoffs(
    settings: SupportBotSettings, store: ConversationStore, meter: Meter
) -> AsyncGenerator[Handoffs, None]:
    outbox = Outbox(store.engine, site=settings.site)
    async with delivering(settings, outbox=outbox, tell=meter.tell_delivery) as sender:
        yield Handoffs(outbox=outbox, sender=sender, reply_time=settings.handoff_reply_time)


@asynccontextmanager
async def build_answers(
    settings: SupportBotSettings,
    knowledge_settings: KnowledgeSettings,
    *,
    retriever: BaseRetriever | None = None,
    chat_model: BaseChatModel | None = None,
    generation: int | None = None,
    ledger: Ledger | None = None,
) -> AsyncGenerator[Answers, None]:
    """Yield what answering needs, ready for its first question; close it afterwards.

    It answers from the generation that serves, or from the one of this number whatever serves. What it spends goes into
    the ledger, which holds it to the site's caps.
    """
    _keep_quiet()
    async with endpoint_client() as client:
        with closing(_knowledge_base(settings, knowledge_settings, generation=generation)) as knowledge_base:
            reranker = reranker_named(settings.reranker) if settings.reranker else None
            if reranker is not None:
                await asyncio.to_thread(reranker.load)
            with suppress(KnowledgeBaseEmpty):  # /readyz says so, and the first reindex is picked up when it comes
                await asyncio.to_thread(knowledge_base.warm, scope="public")
            guidance = _guidance(settings, knowledge_settings)
            yield Answers(
                knowledge_base=knowledge_base,
                retriever=retriever
                or KnowledgeRetriever(
                    knowledge_base=knowledge_base,
                    count=settings.passages,
                    reranker=reranker,
                    calibration=calibration_of(settings, knowledge_settings),
                ),
                chat_model=chat_model or chat_model_of(settings, client=client),
                min_confidence=settings.min_confidence,
                budget=Budget(
                    prices=prices_of(settings),
                    ledger=ledger,
                    max_tokens=settings.llm_max_tokens,
                    total_seconds=settings.llm_total_seconds,
                ),
                guidance=guidance,
                quotes_in_outage=settings.llm_outage == "quote",
                public_url=settings.public_url,
                handoff_url=settings.handoff_url,
                takes_handoffs=bool(settings.handoff_to),
                reply_time=settings.handoff_reply_time,
                title=settings.title,
                accent=settings.accent,
                locale=settings.locale,
                suggestions=settings.suggestions,
                masks_personal=settings.mask_personal,
                meter=Meter(
                    token=settings.metrics_token,
                    ingest_figures=knowledge_settings.data_dir / "metrics" / f"{settings.site}.prom",
                ),
                cache=AnswerCache(
                    site=settings.site,
                    model=settings.llm_model,
                    guidance=revision(guidance),
                    edition=knowledge_base.edition,
                    most=settings.answer_cache_size,
                    seconds=settings.answer_cache_seconds,
                ),
            )


def _guidance(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> Guidance:
    return Guidance(
        tone=settings.tone,
        forbidden_topics=settings.forbidden_topics,
        names=settings.names,
        own_names=settings.own_names,
        allowed_hosts=(*settings.allowed_hosts, *map(host_of, _own_addresses(settings, knowledge_settings))),
    )


def _own_addresses(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> list[str]:
    site = Registry(knowledge_settings.data_dir).site(settings.site)
    origins = settings.allowed_origins if site is None else site.origins
    return [address for address in (*origins, settings.public_url, settings.handoff_url) if address]


def door_of(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> Door:
    """Return the way into the site."""
    return Door(
        site=settings.site,
        registry=Registry(knowledge_settings.data_dir),
        secret=MasterSecret(knowledge_settings.data_dir, given=settings.secret.get_secret_value()),
        origins=settings.allowed_origins,
        is_private=settings.is_private,
    )


def _rate_limits(settings: SupportBotSettings) -> RateLimits:
    rates = Rates(
        visitor=settings.limit_visitor,
        address=settings.limit_address,
        site=settings.limit_site,
        everybody=settings.limit_everybody,
        newcomers=settings.limit_newcomers,
    )
    return RateLimits(rates=rates, url=settings.limits_url)


def calibration_of(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> Calibration:
    """Return the calibration that the settings name, else the embedding model's own. Raises CalibrationUnusable."""
    if settings.calibration:
        return read_calibration(Path(settings.calibration))
    return shipped(knowledge_settings.embedding_model)


def _keep_quiet() -> None:
    """Keep libraries from sending or writing down what is not theirs to tell."""
    os.environ.update(dict.fromkeys(_TRACERS, "false"))  # noqa: TID251 - the tracer reads nothing else
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the endpoint's address


def _knowledge_base(
    settings: SupportBotSettings, knowledge_settings: KnowledgeSettings, *, generation: int | None
) -> KnowledgeBase:
    embeddings = embeddings_named(
        knowledge_settings.embedding_model,
        multilingual=knowledge_settings.embedding_multilingual,
        threads=1,
    )
    catalog = Catalog(knowledge_settings.data_dir, settings.site)
    if generation is not None:
        catalog = PinnedCatalog(knowledge_settings.data_dir, settings.site, number=generation)
    return KnowledgeBase(catalog=catalog, embeddings=embeddings)
