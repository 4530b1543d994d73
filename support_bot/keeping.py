"""Turn settings into what a site keeps: its conversations, what it spends, and what became of drafts."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from knowledge.settings import KnowledgeSettings
from support_bot.access.admission import Admission
from support_bot.access.secrets import MasterSecret
from support_bot.api.incidents import Incidents
from support_bot.api.runs import Runs
from support_bot.conversations.database import database_url, opened
from support_bot.conversations.errors import StoreError
from support_bot.conversations.ledger import Caps, Ledger
from support_bot.conversations.retention import keep_sweeping
from support_bot.conversations.servers import Servers, keep_living
from support_bot.conversations.store import ConversationStore
from support_bot.panel.fates import Fates
from support_bot.settings import SupportBotSettings


def open_store(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> ConversationStore:
    """Return where conversations are kept. Raises StoreError."""
    url = database_url(settings.database_url.get_secret_value(), data_dir=knowledge_settings.data_dir)
    return ConversationStore(opened(url), site=settings.site)


def ledger_of(settings: SupportBotSettings, store: ConversationStore) -> Ledger:
    """Return what the site spends, in the database of its conversations."""
    caps = Caps(daily=settings.daily_cap, monthly=settings.monthly_cap)
    return Ledger(store.engine, site=settings.site, caps=caps)


def fates_of(settings: SupportBotSettings, knowledge_settings: KnowledgeSettings, store: ConversationStore) -> Fates:
    """Return what became of drafts, in the database of the site's conversations."""
    secret = MasterSecret(knowledge_settings.data_dir, given=settings.secret.get_secret_value())
    key, names_agents = secret.key(f"drafts of {settings.site}"), settings.panel_names_agents
    return Fates(store.engine, site=settings.site, key=key, names_agents=names_agents)


@asynccontextmanager
async def giving_answers(
    settings: SupportBotSettings, store: ConversationStore, fates: Fates, *, incidents: Incidents
) -> AsyncGenerator[Runs, None]:
    """Yield the answers that this server gives, while it says that it lives and erases what is too old."""
    servers = Servers(store.engine, site=settings.site, server=store.server)
    incidents.interrupted(await asyncio.to_thread(servers.live))
    upkeep = [
        asyncio.create_task(keep_living(servers, interrupted=incidents.interrupted)),
        asyncio.create_task(keep_sweeping(store, fates, days=settings.retention_days)),
    ]
    try:
        yield Runs(
            store=store,
            admission=Admission(places=settings.max_answers, each=settings.max_answers_each, shed=incidents.shed),
            model=settings.llm_model,
            resume_seconds=settings.resume_seconds,
            answer_unrecorded=settings.answer_unrecorded,
            incidents=incidents,
        )
    finally:
        for task in upkeep:
            task.cancel()
        await asyncio.gather(*upkeep, return_exceptions=True)
        with suppress(StoreError):  # others find out by themselves
            await asyncio.to_thread(servers.leave)
