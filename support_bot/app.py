"""Turn settings into the running application. Every object is built here, once."""

import logging
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.retrievers import BaseRetriever
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from knowledge.catalog import Catalog
from knowledge.embeddings import embeddings_named
from knowledge.errors import KnowledgeBaseEmpty, KnowledgeError
from knowledge.settings import KnowledgeSettings
from support_bot.access.principal import Principal
from support_bot.answering.query import QuestionRefused
from support_bot.api import chat, health, openai, sources
from support_bot.api.answers import Answers
from support_bot.api.limits import BodyLimit, KnownHosts
from support_bot.api.problems import handle
from support_bot.llm.chat_model import ChatCompletions
from support_bot.llm.pricing import Prices
from support_bot.retrieval.knowledge_base import KnowledgeBase
from support_bot.retrieval.retriever import KnowledgeRetriever
from support_bot.settings import SupportBotSettings

# langchain-core brings a tracer that these would switch on, and questions and passages would leave with it.
_TRACERS = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")

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

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        async with build_answers(
            settings, knowledge_settings, retriever=retriever, chat_model=chat_model
        ) as app.state.answers:
            yield

    app = FastAPI(title="Support Bot", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    for room in (chat, openai, sources, health):
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_api_route("/", _home, include_in_schema=False)
    for kind in (RequestValidationError, QuestionRefused, KnowledgeError, HTTPException, Exception):
        app.add_exception_handler(kind, handle)
    app.add_middleware(BodyLimit)
    public_host = urlsplit(settings.public_url).hostname
    app.add_middleware(KnownHosts, hosts=[*_OWN_HOSTS, *([public_host] if public_host else [])])
    return app


@asynccontextmanager
async def build_answers(
    settings: SupportBotSettings,
    knowledge_settings: KnowledgeSettings,
    *,
    retriever: BaseRetriever | None = None,
    chat_model: BaseChatModel | None = None,
) -> AsyncGenerator[Answers, None]:
    """Yield what answering needs, ready for its first question; close it afterwards."""
    os.environ.update(dict.fromkeys(_TRACERS, "false"))  # noqa: TID251 - the tracer reads nothing else
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the endpoint's address
    principal = Principal(site=settings.site, audience="public")
    knowledge_base = KnowledgeBase(
        catalog=Catalog(knowledge_settings.data_dir, settings.site),
        embeddings=embeddings_named(
            knowledge_settings.embedding_model,
            multilingual=knowledge_settings.embedding_multilingual,
            threads=1,
        ),
    )
    with suppress(KnowledgeBaseEmpty):  # /readyz says so, and the first reindex is picked up when it comes
        knowledge_base.warm(scope=principal.audience)
    async with httpx.AsyncClient() as client:
        yield Answers(
            principal=principal,
            knowledge_base=knowledge_base,
            retriever=retriever or KnowledgeRetriever(knowledge_base=knowledge_base, count=settings.passages),
            chat_model=chat_model or _chat_model(settings, client=client),
            min_confidence=settings.min_confidence,
            prices=Prices(
                input=settings.price_input, output=settings.price_output, cached_input=settings.price_cached_input
            ),
            public_url=settings.public_url,
        )
    knowledge_base.close()


def _chat_model(settings: SupportBotSettings, *, client: httpx.AsyncClient) -> ChatCompletions | None:
    if not settings.llm_api_key.get_secret_value().strip():
        return None
    return ChatCompletions(
        client=client,
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=settings.llm_api_key,
        max_tokens=settings.llm_max_tokens,
        temperature=settings.llm_temperature,
        first_token_seconds=settings.llm_first_token_seconds,
        idle_seconds=settings.llm_idle_seconds,
        total_seconds=settings.llm_total_seconds,
        extra_body=settings.llm_extra_body,
    )


async def _home() -> FileResponse:
    return FileResponse(_STATIC / "index.html")
