"""Name what is kept of conversations and of what they cost: the tables as the newest migration leaves them.

A message is a question and its answer: the question is there first, and `status` says how far its answer is.
Times are seconds since 1970, spans are Unicode code points, costs are US dollars.
"""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(100), nullable=False),
    Column("owner", String(200), nullable=False),  # whose it is: a name means nothing but beside its owner
    Column("name", String(64), nullable=False),  # by which its owner knows it
    Column("started", Float, nullable=False),
    Column("changed", Float, nullable=False),
    Index("conversations_named", "site", "owner", "name", unique=True),
    Index("conversations_changed", "site", "changed"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation", Integer, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("asked", Float, nullable=False),
    Column("typed", Text, nullable=False),
    Column("idempotency_key", String(300)),  # with its owner; null once it may be used again
    Column("digest", String(64), nullable=False),  # of the request that brought it
    Column("status", String(20), nullable=False),  # `running` while nothing else is known
    Column("server", String(32)),  # that answers it
    Column("outcome", String(20)),
    Column("mode", String(20)),
    Column("degraded", String(100)),
    Column("question", Text),  # that was searched for
    Column("text", Text),
    Column("confidence", Float),
    Column("model", String(200)),
    Column("input_tokens", Integer, nullable=False, default=0),
    Column("cached_tokens", Integer, nullable=False, default=0),
    Column("output_tokens", Integer, nullable=False, default=0),
    Column("cost", Float, nullable=False, default=0.0),
    Column("first_token_ms", Integer),
    Column("total_ms", Integer),
    Column("documents", JSON, nullable=False, default=list),  # the ids of the sources that it names
    Column("answer", JSON),  # as it was given as one object
    Column("trace", JSON),  # what was found, what the check kept back, and when
    Column("frames", JSON, nullable=False, default=list),  # the events as they were sent
    Index("messages_of_conversation", "conversation", "asked"),
    Index("messages_once", "idempotency_key", unique=True),
)

# Visitors who have become customers: their tokens are good for nothing any more.
left_visitors = Table(
    "left_visitors",
    metadata,
    Column("site", String(100), primary_key=True),
    Column("owner", String(200), primary_key=True),
    Column("at", Float, nullable=False),
)

citations = Table(
    "citations",
    metadata,
    Column("message", String(64), ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("source", String(200), nullable=False),
    Column("quote", Text, nullable=False),
    Column("answer_start", Integer, nullable=False),
    Column("answer_end", Integer, nullable=False),
    Column("source_start", Integer, nullable=False),
    Column("source_end", Integer, nullable=False),
    Column("verified", Boolean, nullable=False),
    Index("citations_of_source", "source"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("message", String(64), ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Float, nullable=False),
    Column("rating", String(10), nullable=False),
    Column("reason", String(40)),
    Column("comment", Text, nullable=False),
)

spending = Table(
    "spending",
    metadata,
    Column("site", String(100), primary_key=True),
    Column("period", String(10), primary_key=True),  # a day or a month in UTC: 2026-11-25, 2026-11; "" for all time
    Column("calls", Integer, nullable=False),
    Column("cost", Float, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site", String(100), nullable=False),
    Column("day", String(10), nullable=False),  # in UTC, to which it counts
    Column("ends", Float, nullable=False),  # then whoever made it is taken for dead
    Column("cost", Float, nullable=False),
    Index("reservations_of_site", "site"),
)

servers = Table(
    "servers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site", String(100), nullable=False),
    Column("place", String(200), nullable=False),  # where its process has a number
    Column("pid", Integer, nullable=False),
    Column("seen", Float, nullable=False),  # by the database's clock, when it last said that it lives
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation", Integer, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("created", Float, nullable=False),
    Column("idempotency_key", String(300)),  # with its owner
    Column("digest", String(64), nullable=False),  # of the request that brought it
    Column("reason", String(20), nullable=False),
    Column("content", JSON),  # what a person is sent; null once they have it
    Column("attempts", Integer, nullable=False),  # to deliver it
    Column("due", Float, nullable=False),  # not to be tried before; its sender has it until then
    Column("error", String(200)),  # of the last attempt
    Column("delivered", Float),  # null while it waits
    Column("ticket", String(100)),  # as the other side names it
    Index("handoffs_of_conversation", "conversation"),
    Index("handoffs_waiting", "delivered", "due"),
    Index("handoffs_once", "idempotency_key", unique=True),
)

# Of a ticket nothing is kept: not its number, not a word of it.
drafts = Table(
    "drafts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(100), nullable=False),
    Column("agent", String(200), nullable=False),  # a digest by which they are counted, unless they are to be named
    Column("created", Float, nullable=False),
    Column("kind", String(20), nullable=False),  # `draft`, `question`, `summary`
    Column("host", String(20), nullable=False),
    Column("style", String(20), nullable=False),
    Column("language", String(20), nullable=False),  # that the customer writes in, "" when unknown
    Column("outcome", String(20), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("degraded", String(100), nullable=False),
    Column("documents", JSON, nullable=False),  # the ids of the articles that it cites
    Column("internal", Integer, nullable=False),  # how many of its citations are of internal ones
    Column("cost", Float, nullable=False),
    Column("first_token_ms", Integer),
    Column("total_ms", Integer, nullable=False),
    Column("words", JSON),  # keyed digests of them, until its fate is known, for a day at most
    Column("fate", String(20)),  # null while it is not known
    Column("decided", Float),
    Column("edited", Float),  # the share of its words that were changed before it was sent, null when unknown
    Column("rating", String(10)),
    Index("drafts_made", "site", "created"),
)

# What a helpdesk has signed lets somebody in once.
used_entries = Table(
    "used_entries",
    metadata,
    Column("site", String(100), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("ends", Float, nullable=False),  # then it would let nobody in any more
)
