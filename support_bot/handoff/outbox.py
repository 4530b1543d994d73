"""Keep what visitors hand over to a person until that person has it: written once, delivered by one sender at a time.

A sender that tries to deliver a handoff holds it for so many seconds. One that dies meanwhile is not waited for longer:
then another tries, under the same id, so that the other side can tell that it is the same. Every method is one short
transaction; all of them block.
"""

import hashlib
import json
import time
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from support_bot.conversations.database import forget_deleted, transaction
from support_bot.conversations.errors import KeyReused
from support_bot.conversations.schema import conversations, handoffs, messages
from support_bot.handoff.records import Claimed, Exchange, HandedOver, Handoff, Waiting, Wanted

_MOST_EXCHANGES = 50  # of the conversation's last, that a person is sent
_LONGEST_ERROR = 200
_LONGEST_TICKET = 100


class Outbox:
    """The handoffs of one site."""

    def __init__(self, engine: Engine, *, site: str) -> None:
        self._engine = engine
        self._site = site

    def put(self, wanted: Wanted) -> HandedOver:
        """Keep a handoff with the conversation that it is about, or return the one that the same request has brought.

        Raises KeyReused when the same key came with another request.
        """
        try:
            return self._put(wanted)
        except IntegrityError:  # the same request, or the same new conversation, at the same moment, by another server
            return self._put(wanted)

    def handed_over(self, handoff_id: str, *, owner: str) -> HandedOver | None:
        """Return what has become of a handoff of this owner."""
        with transaction(self._engine, only_reads=True) as connection:
            found = connection.execute(self._handoffs(owner).where(handoffs.c.id == handoff_id)).one_or_none()
        return None if found is None else _handed_over(found)

    def claim(self, *, seconds: float) -> Claimed | None:
        """Return the handoff that is due longest, held for so many seconds; None while none is due."""
        now = time.time()
        due = (
            select(handoffs.c.id)
            .join(conversations)
            .where(conversations.c.site == self._site, handoffs.c.delivered.is_(None), handoffs.c.due <= now)
            .order_by(handoffs.c.due)
            .limit(1)
            .with_for_update(of=handoffs, skip_locked=True)
        )
        held = update(handoffs).values(attempts=handoffs.c.attempts + 1, due=now + seconds)
        with transaction(self._engine) as connection:
            found = connection.execute(due).scalar()
            if found is None:
                return None
            row = connection.execute(held.where(handoffs.c.id == found).returning(*handoffs.c)).one()
        return Claimed(_handoff(row), row.attempts)

    def note_delivered(self, handoff_id: str, *, ticket: str) -> None:
        """Note that a person has it, and forget what it says: they have that, too."""
        values = {"delivered": time.time(), "ticket": ticket[:_LONGEST_TICKET], "content": None, "error": None}
        with transaction(self._engine) as connection:
            connection.execute(update(handoffs).where(handoffs.c.id == handoff_id).values(**values))
        forget_deleted(self._engine)

    def note_failed(self, claimed: Claimed, *, why: str, pause: float) -> None:
        """Note that an attempt was in vain, and when to make another; not where another sender has it by now."""
        same = (handoffs.c.id == claimed.handoff.id) & (handoffs.c.attempts == claimed.attempt)
        values = {"error": why[:_LONGEST_ERROR], "due": time.time() + pause}
        with transaction(self._engine) as connection:
            connection.execute(update(handoffs).where(same, handoffs.c.delivered.is_(None)).values(**values))

    def waiting(self) -> Waiting:
        """Return how much waits, since when, and why."""
        c = handoffs.c
        of_site = (conversations.c.site == self._site) & c.delivered.is_(None)
        counted = select(func.count(), func.count(c.error), func.min(c.created)).join_from(handoffs, conversations)
        tried = select(c.error).join(conversations).where(of_site, c.error.is_not(None)).order_by(c.due.desc()).limit(1)
        with transaction(self._engine, only_reads=True) as connection:
            count, failing, oldest = connection.execute(counted.where(of_site)).one()
            error = connection.execute(tried).scalar()
        return Waiting(count, failing, max(0.0, time.time() - oldest) if count else 0.0, error or "")

    def _put(self, wanted: Wanted) -> HandedOver:
        once = hashlib.sha256(json.dumps([self._site, wanted.owner, wanted.key]).encode()).hexdigest()
        with transaction(self._engine) as connection:
            if wanted.key:
                same = self._handoffs(wanted.owner).where(handoffs.c.idempotency_key == once)
                if (found := connection.execute(same).one_or_none()) is not None:
                    if found.digest != wanted.digest:
                        raise KeyReused(wanted.key)
                    return _handed_over(found)
            now = time.time()
            number = self._conversation(wanted, connection, now=now)
            reason, transcript = _said(number, connection)
            handoff = Handoff(
                id=wanted.id,
                conversation=wanted.conversation,
                created=now,
                name=wanted.name,
                email=wanted.email,
                message=wanted.message,
                reason=reason,
                transcript=transcript,
            )
            row = {"id": wanted.id, "conversation": number, "created": now, "digest": wanted.digest, "reason": reason}
            row |= {"idempotency_key": once if wanted.key else None, "attempts": 0, "due": now}
            connection.execute(insert(handoffs).values(**row, content=asdict(handoff)))
        return HandedOver(wanted.id, wanted.conversation, is_delivered=False, ticket="")

    def _conversation(self, wanted: Wanted, connection: Connection, *, now: float) -> int:
        """Return the number of the conversation, a new one's when its owner has none of this name."""
        c = conversations.c
        named = (c.site == self._site) & (c.owner == wanted.owner) & (c.name == wanted.conversation)
        known = connection.execute(update(conversations).where(named).values(changed=now).returning(c.id)).scalar()
        if known is not None:
            return int(known)
        row = {"site": self._site, "owner": wanted.owner, "name": wanted.conversation, "started": now, "changed": now}
        return int(connection.execute(insert(conversations).values(**row).returning(c.id)).scalar_one())

    def _handoffs(self, owner: str) -> Select[Any]:
        found = select(handoffs, conversations.c.name).join(conversations)
        return found.where(conversations.c.site == self._site, conversations.c.owner == owner)


def _said(conversation: int, connection: Connection) -> tuple[str, tuple[Exchange, ...]]:
    """Return why a person was offered last, and what was said before."""
    c = messages.c
    newest = select(c.typed, c.text, c.answer).where(c.conversation == conversation).order_by(c.asked.desc())
    rows = connection.execute(newest.limit(_MOST_EXCHANGES)).all()
    offered = (rows[0].answer or {}).get("handoff") if rows else None
    return (offered or {}).get("reason", "asked"), tuple(Exchange(row.typed, row.text or "") for row in reversed(rows))


def _handoff(row: Row[Any]) -> Handoff:
    content: dict[str, Any] = dict(row.content)
    transcript = tuple(Exchange(**exchange) for exchange in content.pop("transcript"))
    return Handoff(**content, transcript=transcript)


def _handed_over(row: Row[Any]) -> HandedOver:
    return HandedOver(row.id, row.name, is_delivered=row.delivered is not None, ticket=row.ticket or "")
