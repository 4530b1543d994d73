"""Keep what was drafted and what became of it, without a word of the ticket or the draft.

To tell how much of a draft was changed before it was sent, keyed digests of its words are kept until its fate is known,
and for a day at most. Agents are counted, and named only where the settings say so. Every method is one short
transaction; all of them block.
"""

import hmac
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from support_bot.answering.query import MARKS
from support_bot.conversations.database import forget_deleted, transaction
from support_bot.conversations.schema import drafts, used_entries

_DAY = 86_400.0
_PAGE = 500
_MOST_WORDS = 3_000
_DIGITS = 8  # of a word's digest
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Drafted:
    """What is kept of a draft."""

    id: str
    owner: str  # who asked for it
    kind: str  # `draft`, `question`, `summary`
    host: str
    style: str
    language: str
    outcome: str
    mode: str
    degraded: str
    documents: tuple[str, ...]
    internal: int
    cost: float
    first_token_ms: int | None
    total_ms: int
    text: str  # of which digests are kept


@dataclass(frozen=True, slots=True)
class Fate:
    """What has become of a draft."""

    draft_id: str
    fate: str
    text: str  # as it was sent, "" when unknown
    rating: str | None


class Fates:
    """The drafts of one site. `key` makes digests that nobody else can compare; `names_agents` keeps who they are."""

    def __init__(self, engine: Engine, *, site: str, key: bytes, names_agents: bool) -> None:
        self._engine = engine
        self._site = site
        self._key = key
        self._names_agents = names_agents

    def keep(self, drafted: Drafted) -> None:
        """Keep that something was drafted."""
        row = asdict(drafted)
        text, owner = row.pop("text"), row.pop("owner")
        words = self._digests(text) if drafted.kind == "draft" and text else None
        row |= {"site": self._site, "agent": self._agent(owner), "created": time.time(), "words": words}
        with transaction(self._engine) as connection:
            connection.execute(insert(drafts).values(**{**row, "documents": list(drafted.documents)}))

    def has(self, draft_id: str, *, owner: str) -> bool:
        """Whether this agent has such a draft."""
        with transaction(self._engine, only_reads=True) as connection:
            return connection.execute(select(drafts.c.id).where(self._theirs(draft_id, owner))).first() is not None

    def decide(self, fate: Fate, *, owner: str) -> bool:
        """Keep what has become of a draft, the last word counts; False when this agent has no such draft."""
        c = drafts.c
        theirs = self._theirs(fate.draft_id, owner)
        with transaction(self._engine) as connection:
            found = connection.execute(select(c.words, c.edited, c.rating, c.fate).where(theirs)).one_or_none()
            if found is None:
                return False
            values: dict[str, Any] = {"fate": fate.fate, "decided": time.time(), "rating": fate.rating or found.rating}
            if fate.text and found.words:
                values |= {"edited": changed_share(found.words, self._digests(fate.text)), "words": None}
            elif fate.fate == "discarded":
                values["words"] = None
            connection.execute(update(drafts).where(theirs).values(**values))
        return True

    def kept(self, *, since: float = 0.0, owner: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield what is kept of each draft, oldest first; of one agent's alone if one is named."""
        c = drafts.c
        columns = [column for column in c if column.name not in ("site", "words")]
        place, last = tuple_(c.created, c.id), (since, "")
        while True:
            page = select(*columns).where(c.site == self._site, place > last).order_by(*place).limit(_PAGE)
            if owner is not None:
                page = page.where(c.agent.in_(self._names(owner)))
            with transaction(self._engine, only_reads=True) as connection:
                rows = connection.execute(page).all()
            yield from (dict(row._mapping) for row in rows)
            if len(rows) < _PAGE:
                return
            last = (rows[-1].created, rows[-1].id)

    def erase(self, draft_id: str) -> int:
        """Delete a draft's record, and return how many there were."""
        return self._erased(drafts.c.id == draft_id)

    def erase_all(self, *, owner: str) -> int:
        """Delete what is kept of an agent's drafts, and return how many they were."""
        return self._erased(drafts.c.agent.in_(self._names(owner)))

    def sweep(self, *, before: float) -> int:
        """Delete what was drafted before then, and return how much; forget the words of what is older than a day."""
        c = drafts.c
        with transaction(self._engine) as connection:
            swept = connection.execute(delete(drafts).where(c.site == self._site, c.created < before)).rowcount
            old = update(drafts).where(c.site == self._site, c.words.is_not(None), c.created < time.time() - _DAY)
            forgotten = connection.execute(old.values(words=None)).rowcount
        if swept or forgotten:
            forget_deleted(self._engine)
        return swept

    def enter_once(self, digest: str, *, ends: float) -> bool:
        """Note that a signed entry has been used; False when it had been."""
        c = used_entries.c
        try:
            with transaction(self._engine) as connection:
                connection.execute(delete(used_entries).where(c.ends < time.time()))
                connection.execute(insert(used_entries).values(site=self._site, digest=digest, ends=ends))
        except IntegrityError:
            return False
        return True

    def _erased(self, which: Any) -> int:
        with transaction(self._engine) as connection:
            erased = connection.execute(delete(drafts).where(drafts.c.site == self._site, which)).rowcount
        forget_deleted(self._engine)
        return erased

    def _theirs(self, draft_id: str, owner: str) -> ColumnElement[bool]:
        c = drafts.c
        return (c.id == draft_id) & (c.site == self._site) & c.agent.in_(self._names(owner))

    def _agent(self, owner: str) -> str:
        return owner if self._names_agents else self._digest(f"agent {owner}", digits=16)

    def _names(self, owner: str) -> tuple[str, ...]:
        """Return by what an agent may be kept: the setting may have been another one."""
        return owner, self._digest(f"agent {owner}", digits=16)

    def _digests(self, text: str) -> list[str]:
        words = _WORD.findall(MARKS.sub("", text).casefold())[:_MOST_WORDS]
        return [self._digest(word, digits=_DIGITS) for word in words]

    def _digest(self, text: str, *, digits: int) -> str:
        return hmac.digest(self._key, text.encode(), "sha256").hex()[:digits]


def changed_share(before: Sequence[str], after: Sequence[str]) -> float:
    """Return which share of the words of the longer of two texts does not stand in the other, in the same order."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    longer = max(len(before), len(after))
    return round(1 - sum(block.size for block in blocks) / longer, 3) if longer else 0.0
