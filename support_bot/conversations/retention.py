"""Erase what was said too long ago, now and every hour from now on."""

import asyncio
import logging
import time
from typing import Protocol

from support_bot.conversations.errors import StoreError

_HOUR = 3600.0
_DAY = 24 * _HOUR

logger = logging.getLogger(__name__)


class Sweeps(Protocol):
    """Keeps what is to be erased when it is too old."""

    def sweep(self, *, before: float) -> int:
        """Erase what is older, and return how much that was."""


async def keep_sweeping(*stores: Sweeps, days: int) -> None:
    """Erase what is older than so many days, until this is cancelled; 0 keeps what is not to be erased sooner."""
    while True:
        before = time.time() - days * _DAY if days else 0.0
        try:
            swept = sum([await asyncio.to_thread(store.sweep, before=before) for store in stores])
            if swept:
                logger.info("Erased %d conversations and drafts older than %d days.", swept, days)
        except StoreError as error:
            logger.error("What is old is not erased yet. %s", error)
        await asyncio.sleep(_HOUR)
