"""What travels over the wire: requests and answers as JSON, and the data of each event."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.audience import Audience
from support_bot.answering.events import HandoffReason, MessageStatus, Mode, Outcome, Stage
from support_bot.conversations.feedback import Rating, Reason
from support_bot.handoff.settings import ADDRESS

HandoffKind = Literal["form", "url", "agent"]
AskerKind = Literal["visitor", "customer"]
PRINTED = r"^[^\x00-\x1f\x7f]*$"
"""The pattern of a name: no control character, of which PostgreSQL keeps not every one."""

Text = Field(
    min_length=1,
    description="What the asker typed: at most 2,000 characters.",
    examples=["How do I add my own articles?"],
)

Stale = Field(
    default="",
    description="Since when the article's source cannot be read, so that this is its last good version: ISO 8601, "
    "empty while it can.",
)


class HistoryTurn(BaseModel):
    """An earlier message of the conversation."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["user", "assistant"]
    text: str = Field(max_length=20_000)


Locale = Field(
    default="",
    max_length=35,
    pattern=r"^([A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*)?$",
    description="The asker's language as a BCP 47 tag, for a question whose words do not tell it.",
)
Product = Field(
    default="",
    max_length=100,
    description="The product that is asked about, as articles name it: those about others are put back, not left out.",
)


class ChatRequest(BaseModel):
    """A question."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"message": "How do I add my own articles?"}, {"message": "如何設定 RUNAPI_KEY？"}]
        },
    )

    message: str = Text
    conversation_id: str | None = Field(
        default=None,
        max_length=64,
        pattern=PRINTED,
        description="Comes back with the answer; names a conversation of this asker alone.",
    )
    history: list[HistoryTurn] = Field(
        default=[],
        max_length=100,
        description="The conversation before this message, oldest first. At most ten turns are read.",
    )
    locale: str = Locale
    product: str = Product


class Meta(BaseModel):
    """The first event: the version of this protocol and the names of what follows."""

    v: Literal[1] = 1
    conversation_id: str
    message_id: str
    trace_id: str


class StatusData(BaseModel):
    """What is being done now."""

    stage: Stage
    detail: str = Field(description="While searching: the question that is searched for, made to stand alone.")


class SourceData(BaseModel):
    """An article's passage that the answer cites or, with `no_answer`, one of the nearest."""

    n: int
    id: str = Field(description="The document's id: /sources/{id} shows it.")
    title: str
    url: str
    section: str
    page: int | None = Field(description="On which the passage begins; null when its format has no pages.")
    snippet: str
    updated: str = Field(description="ISO date, empty when unknown.")
    stale_since: str = Stale
    audience: Audience


class SourcesData(BaseModel):
    """Sources, always before the text that cites them."""

    sources: list[SourceData]


class DeltaData(BaseModel):
    """The next piece of text, with `[n]` marks."""

    text: str


class CitationData(BaseModel):
    """A claim tied to the words that support it; offsets are Unicode code points."""

    n: int
    source: str = Field(description="The document's id.")
    title: str
    url: str = Field(description="Leads to the passage.")
    section: str
    page: int | None = Field(description="On which the passage begins; null when its format has no pages.")
    quote: str = Field(description="The document's stored text from source_start to source_end.")
    answer_start: int = Field(description="Of the whole answer's text; the claim without its mark.")
    answer_end: int
    source_start: int = Field(description="Of the document's stored text.")
    source_end: int
    updated: str
    stale_since: str = Stale
    verified: bool


class VerdictData(BaseModel):
    """How the question was settled."""

    outcome: Outcome
    mode: Mode
    confidence: float | None = Field(description="The probability that the passages suffice.")
    degraded: str | None = Field(description="Why the wanted mode was not possible; null when it was.")
    cached: bool = Field(default=False, description="Whether the model wrote it for an earlier asker of the same.")


class HandoffData(BaseModel):
    """A person is offered, or asked for."""

    kind: HandoffKind = Field(
        description="`form`: by /api/v1/handoff; `url`: at that address; `agent`: as the site that shows it has it."
    )
    url: str | None = Field(description="Where to reach a person; null when the site has set no address.")
    reason: HandoffReason


class UsageData(BaseModel):
    """Tokens that the model's endpoint counted."""

    input_tokens: int
    cached_tokens: int
    output_tokens: int


class Milliseconds(BaseModel):
    """How long it took."""

    first_token: int | None = Field(description="Until the first text; null when there was none.")
    total: int


class DoneData(BaseModel):
    """The last event, exactly once."""

    status: MessageStatus
    usage: UsageData
    cost: float = Field(description="US dollars.")
    ms: Milliseconds


class ChatAnswer(BaseModel):
    """A whole answer."""

    conversation_id: str
    message_id: str
    trace_id: str
    outcome: Outcome
    status: MessageStatus
    mode: Mode
    degraded: str | None
    cached: bool = False
    question: str = Field(description="The question that was searched for, made to stand alone; empty if none was.")
    text: str
    citations: list[CitationData]
    sources: list[SourceData]
    handoff: HandoffData | None = Field(description="The person who is offered; null when none is.")
    confidence: float | None
    usage: UsageData
    cost: float
    ms: Milliseconds


class WidgetConfig(BaseModel):
    """What the widget shows unless the page that holds it says otherwise."""

    model_config = ConfigDict(frozen=True)

    title: str
    accent: str = Field(description="A colour as #rrggbb.")
    locale: str = Field(description="A BCP 47 tag, or `auto` for the browser's.")
    suggestions: list[str] = Field(description="Questions to begin with.")
    mode: Mode
    handoff: HandoffKind = Field(description="How a person is reached, as in the event of this name.")
    handoff_url: str = Field(description="Where, or else; empty when the site has set no address.")
    reply_time: str = Field(description="When a person replies, in the site's own words; empty when it does not say.")


class FeedbackRequest(BaseModel):
    """What an asker says of an answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    message_id: str = Field(pattern=r"^m_[0-9a-f]{32}$")
    rating: Rating
    reason: Reason | None = None
    comment: str = Field(default="", max_length=2_000, pattern=r"^[^\x00]*$")  # which PostgreSQL does not keep


class HandoffRequest(BaseModel):
    """What an asker sends to a person."""

    model_config = ConfigDict(extra="forbid", strict=True)

    email: str = Field(max_length=254, pattern=ADDRESS, description="Where the person replies.")
    name: str = Field(default="", max_length=100, pattern=PRINTED)
    message: str = Field(min_length=1, max_length=4_000, pattern=r"\S", description="In the asker's own words.")
    conversation_id: str | None = Field(
        default=None,
        max_length=64,
        pattern=PRINTED,
        description="Of this asker's: what is kept of it goes along. Without one a new conversation holds the handoff.",
    )


class HandoffStatus(BaseModel):
    """What has become of a handoff."""

    handoff_id: str
    conversation_id: str
    status: Literal["waiting", "delivered"] = Field(description="`waiting`: kept, and tried until it is delivered.")
    ticket: str = Field(description="The ticket's number; empty while it waits, or where the other side names none.")
    reply_time: str = Field(description="When a person replies, in the site's own words; empty when it does not say.")


class NearestRequest(BaseModel):
    """What an asker is about to send to a person."""

    model_config = ConfigDict(extra="forbid", strict=True)

    message: str = Field(min_length=1, max_length=2_000)
    locale: str = Locale
    product: str = Product
