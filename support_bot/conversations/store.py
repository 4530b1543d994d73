"""Keep questions before they are answered, and their answers afterwards, each for its owner alone.

A name of a conversation or a message means something only beside the owner whose it is: whoever asks for another's is
told what whoever asks for none is told. Every method is one short transaction; all of them block.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from support_bot.conversations.database import forget_deleted, transaction
from support_bot.conversations.errors import KeyReused
from support_bot.conversations.feedback import Feedback
from support_bot.conversations.masking import masked
from support_bot.conversations.records import Answered, Asked, Cost, Kept
from support_bot.conversations.schema import citations, conversations, feedback, left_visitors, messages

_PAGE = 200  # messages that are read at once
_LEFT_FOR = 40 * 24 * 3600.0  # seconds after which no token of a visitor can be renewed any more


class ConversationStore:
    """The conversations of one site."""

    def __init__(self, engine: Engine, *, site: str) -> None:
        self.engine = engine
        self.site = site
        self.server = uuid.uuid4().hex  # who answers what is asked by this one

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    def earlier(self, asked: Asked) -> Kept | None:
        """Return the message that the same request has begun before. Raises KeyReused as `begin` does."""
        with transaction(self.engine, only_reads=True) as connection:
            return self._earlier(asked, connection)

    def begin(self, asked: Asked) -> Kept | None:
        """Keep a question, and return None; return the message that the same request has begun before.

        Raises KeyReused when the same key came with another request.
        """
        try:
            return self._begin(asked)
        except IntegrityError:  # the same request, or the same new conversation, at the same moment, by another server
            return self._begin(asked)

    def finish(self, message_id: str, answered: Answered) -> None:
        """Keep what became of a question."""
        columns: dict[str, Any] = _printed(asdict(answered))
        cited = [_printed(span) for span in columns.pop("citations")]
        columns["documents"], columns["frames"] = list(answered.documents), list(answered.frames)
        columns["answer"], columns["trace"] = json.loads(answered.answer), json.loads(answered.trace)
        with transaction(self.engine) as connection:
            changed = connection.execute(update(messages).where(messages.c.id == message_id).values(**columns))
            if cited and changed.rowcount:  # it may have been erased meanwhile
                rows = [{"message": message_id, "position": position, **span} for position, span in enumerate(cited)]
                connection.execute(insert(citations), rows)

    def release(self, message_id: str) -> None:
        """Note that a question was not answered at all; the same request may ask it anew."""
        with transaction(self.engine) as connection:
            values = {"status": "interrupted", "idempotency_key": None}
            connection.execute(update(messages).where(messages.c.id == message_id).values(**values))

    def message(self, message_id: str, *, owner: str) -> Kept | None:
        """Return a message of this owner."""
        with transaction(self.engine, only_reads=True) as connection:
            found = connection.execute(self._messages(owner).where(messages.c.id == message_id)).one_or_none()
        return None if found is None else _kept(found)

    def conversation(self, name: str, *, owner: str) -> list[Kept]:
        """Return a conversation's messages, oldest first; none when this owner has no such conversation."""
        of_it = self._messages(owner).where(conversations.c.name == name).order_by(messages.c.asked)
        with transaction(self.engine, only_reads=True) as connection:
            return [_kept(row) for row in connection.execute(of_it)]

    def named(self, name: str) -> list[Kept]:
        """Return the messages of the conversations of this name, or of the one that this message is of."""
        found = self._messages(None).where(_is_named(name)).order_by(messages.c.asked)
        with transaction(self.engine, only_reads=True) as connection:
            return [_kept(row) for row in connection.execute(found)]

    def exported(self, *, owner: str | None = None) -> Iterator[Kept]:
        """Yield all messages, or those of one owner, oldest first."""
        place, last = tuple_(messages.c.asked, messages.c.id), (0.0, "")
        while True:
            page = self._messages(owner).where(place > last).order_by(*place).limit(_PAGE)
            with transaction(self.engine, only_reads=True) as connection:
                found = list(connection.execute(page))
            yield from map(_kept, found)
            if len(found) < _PAGE:
                return
            last = (found[-1].asked, found[-1].id)

    def rate(self, said: Feedback, *, owner: str) -> bool:
        """Keep what an asker says of an answer; False when this owner has no such message. The last word counts."""
        with transaction(self.engine) as connection:
            if connection.execute(self._messages(owner).where(messages.c.id == said.message_id)).one_or_none() is None:
                return False
            row = {"at": time.time(), "rating": said.rating, "reason": said.reason, "comment": said.comment}
            said_first = (postgresql if self.engine.dialect.name == "postgresql" else sqlite).insert(feedback)
            said_last = said_first.values(message=said.message_id, **row)
            connection.execute(said_last.on_conflict_do_update(index_elements=["message"], set_=row))
        return True

    def erase(self, name: str, *, owner: str) -> bool:
        """Delete a conversation with all that belongs to it; False when this owner has none of this name."""
        named = (conversations.c.owner == owner) & (conversations.c.name == name)
        return self._erased(named) > 0

    def erase_all(self, *, owner: str) -> int:
        """Delete all conversations of an owner with all that belongs to them, and return how many they were."""
        return self._erased(conversations.c.owner == owner)

    def erase_named(self, name: str) -> int:
        """Delete the conversations of this name, or the one that this message is of, and return how many they were."""
        return self._erased(_is_named(name))

    def hand_over(self, name: str, *, visitor: str, customer: str) -> bool:
        """Make a visitor's conversation a customer's, and note that the visitor has left.

        False for a visitor who had left before. Where the customer has a conversation of this name, it stays as it is.
        """
        c, now = conversations.c, time.time()
        theirs = select(c.id).where(c.site == self.site, c.owner == customer, c.name == name)
        visitors = update(conversations).where(c.site == self.site, c.owner == visitor, c.name == name)
        try:
            with transaction(self.engine) as connection:
                connection.execute(delete(left_visitors).where(left_visitors.c.at < now - _LEFT_FOR))
                connection.execute(insert(left_visitors).values(site=self.site, owner=visitor, at=now))
                if connection.execute(theirs).one_or_none() is None:
                    connection.execute(visitors.values(owner=customer))
        except IntegrityError:
            return False
        return True

    def has_left(self, visitor: str) -> bool:
        """Whether a visitor has become a customer."""
        c = left_visitors.c
        left = select(c.at).where(c.site == self.site, c.owner == visitor)
        with transaction(self.engine, only_reads=True) as connection:
            return connection.execute(left).one_or_none() is not None

    def sweep(self, *, before: float) -> int:
        """Delete the conversations in which nothing was said since then, and return how many they were."""
        old = delete(conversations).where(conversations.c.site == self.site, conversations.c.changed < before)
        with transaction(self.engine) as connection:
            swept = connection.execute(old).rowcount
        if swept:
            forget_deleted(self.engine)
        return swept

    def recent_questions(self, count: int) -> list[str]:
        """Return the last distinct questions that were searched for, masked, the newest first."""
        newest = (
            select(messages.c.question)
            .join(conversations)
            .where(conversations.c.site == self.site, messages.c.question != "")
            .group_by(messages.c.question)
            .order_by(func.max(messages.c.asked).desc())
            .limit(count)
        )
        with transaction(self.engine, only_reads=True) as connection:
            found = list(connection.execute(newest).scalars())
        return list(dict.fromkeys(map(masked, found)))

    def dearest(self, count: int) -> list[Cost]:
        """Return the conversations that cost the most, with what they cost."""
        cost = func.sum(messages.c.cost)
        found = (
            select(conversations.c.name, func.count(), cost)
            .join(messages)
            .where(conversations.c.site == self.site)
            .group_by(conversations.c.id, conversations.c.name)
            .having(cost > 0)
            .order_by(cost.desc())
            .limit(count)
        )
        with transaction(self.engine, only_reads=True) as connection:
            return [Cost(*row) for row in connection.execute(found)]

    def costs_of(self, name: str) -> list[Cost]:
        """Return what each answer of a conversation of this name cost, the first one first."""
        of_it = (conversations.c.site == self.site) & (conversations.c.name == name)
        found = select(messages.c.id, messages.c.cost).join(conversations).where(of_it).order_by(messages.c.asked)
        with transaction(self.engine, only_reads=True) as connection:
            return [Cost(row.id, 1, row.cost) for row in connection.execute(found)]

    def _erased(self, which: ColumnElement[bool]) -> int:
        """Delete these conversations so that nothing of them is left, and return how many they were."""
        with transaction(self.engine) as connection:
            erased = connection.execute(delete(conversations).where(conversations.c.site == self.site, which)).rowcount
        forget_deleted(self.engine)
        return erased

    def _begin(self, asked: Asked) -> Kept | None:
        with transaction(self.engine) as connection:
            earlier = self._earlier(asked, connection)
            if earlier is None:
                self._insert(asked, connection)
        return earlier

    def _earlier(self, asked: Asked, connection: Connection) -> Kept | None:
        if not asked.key:
            return None
        same = self._messages(asked.owner).where(messages.c.idempotency_key == self._once(asked))
        found = connection.execute(same).one_or_none()
        if found is None:
            return None
        if found.digest != asked.digest:
            raise KeyReused(asked.key)
        return _kept(found)

    def _insert(self, asked: Asked, connection: Connection) -> None:
        now = time.time()
        connection.execute(
            insert(messages).values(
                id=asked.message_id,
                conversation=self._conversation(asked, connection, now=now),
                asked=now,
                typed=asked.typed,
                idempotency_key=self._once(asked) if asked.key else None,
                digest=asked.digest,
                status="running",
                server=self.server,
            )
        )

    def _conversation(self, asked: Asked, connection: Connection, *, now: float) -> int:
        """Return the number of the conversation, a new one's when its owner has none of this name."""
        c = conversations.c
        named = (c.site == self.site) & (c.owner == asked.owner) & (c.name == asked.conversation)
        known = connection.execute(update(conversations).where(named).values(changed=now).returning(c.id)).scalar()
        if known is not None:
            return int(known)
        row = {"site": self.site, "owner": asked.owner, "name": asked.conversation, "started": now, "changed": now}
        return int(connection.execute(insert(conversations).values(**row).returning(c.id)).scalar_one())

    def _messages(self, owner: str | None) -> Select[Any]:
        ratings = (feedback.c.rating, feedback.c.reason, feedback.c.comment)
        found = select(messages, conversations.c.name, conversations.c.owner, *ratings)
        found = found.join(conversations).join(feedback, isouter=True).where(conversations.c.site == self.site)
        return found if owner is None else found.where(conversations.c.owner == owner)

    def _once(self, asked: Asked) -> str:
        return hashlib.sha256(json.dumps([self.site, asked.owner, asked.key]).encode()).hexdigest()


def _printed(columns: dict[str, Any]) -> dict[str, Any]:
    """Return columns without the character that PostgreSQL does not keep: a model may write it."""
    return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in columns.items()}


def _is_named(name: str) -> ColumnElement[bool]:
    """Whether a conversation has this name, or this message."""
    of_message = select(messages.c.conversation).where(messages.c.id == name)
    return (conversations.c.name == name) | conversations.c.id.in_(of_message)


def _kept(row: Row[Any]) -> Kept:
    said = {"rating": row.rating, "reason": row.reason, "comment": row.comment} if row.rating else {}
    return Kept(
        message_id=row.id,
        conversation=row.name,
        asked=row.asked,
        typed=row.typed,
        status=row.status,
        text=row.text or "",
        digest=row.digest,
        documents=tuple(row.documents),
        answer="" if row.answer is None else json.dumps(row.answer, ensure_ascii=False),
        frames=tuple(row.frames),
        feedback={name: value for name, value in said.items() if value},
        owner=row.owner,
        model=row.model or "",
        trace="" if row.trace is None else json.dumps(row.trace, ensure_ascii=False),
    )
