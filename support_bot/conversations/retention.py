"""Erase what was said too long ago, now and every hour from now on."""

import asyncio
import logging
import time

from support_bot.conversations.errors import StoreError
from support_bot.conversations.store import ConversationStore

_HOUR = 3600.0
_DAY = 24 * _HOUR

logger = logging.getLogger(__name__)


async def keep_sweeping(store: ConversationStore, *, days: int) -> None:
    """Erase conversations in which nothing was said for so many days, until this is cancelled; 0 keeps them all."""
    while days:
        try:
            swept = await asyncio.to_thread(store.sweep, before=time.time() - days * _DAY)
            if swept:
                logger.info("Erased %d conversations older than %d days.", swept, days)
        except StoreError as error:
            logger.error("Old conversations are not erased yet. %s", error)
        await asyncio.sleep(_HOUR)
