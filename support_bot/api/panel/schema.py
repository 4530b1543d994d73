"""What travels between the agent's side panel and this server, besides what answers are made of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from support_bot.api.schema import Locale, Meta, Product
from support_bot.conversations.feedback import Rating

Host = Literal["zendesk", "chatwoot", "front", "generic"]
Style = Literal["", "shorter", "longer", "friendlier", "formal"]
Fate = Literal["inserted", "copied", "noted", "discarded"]


class TicketMessageData(BaseModel):
    """A message of a ticket, as the helpdesk has it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(max_length=100)
    sender: Literal["customer", "agent", "note"] = Field(alias="from")
    text: str = Field(default="", max_length=100_000)
    html: str = Field(default="", max_length=500_000, description="In place of the text, where the helpdesk has that.")
    at: str = Field(default="", max_length=40, description="ISO 8601; it is only shown.")


class DraftRequest(BaseModel):
    """A ticket whose reply is to be drafted, or that is to be summed up."""

    model_config = ConfigDict(extra="forbid", strict=True)

    host: Host = "generic"
    ticket_id: str = Field(default="", max_length=100)
    subject: str = Field(default="", max_length=1_000)
    customer: str = Field(default="", max_length=200, description="The requester's name, whom the draft greets.")
    messages: list[TicketMessageData] = Field(default=[], max_length=500, description="Oldest first.")
    account_id: int | None = Field(default=None, ge=0, description="Chatwoot's: its conversation is read from there.")
    conversation_id: int | None = Field(default=None, ge=0, description="Of that account.")
    locale: str = Locale
    product: str = Product
    style: Style = Field(default="", description="How the draft is to be, unlike the one that is sent along.")
    draft: str = Field(default="", max_length=20_000, description="That is to be written in this style.")
    question: str = Field(
        default="", max_length=2_000, description="The agent's own, to the articles: the ticket is only its context."
    )


class DraftMeta(Meta):
    """The first event: the names of what follows."""

    draft_id: str


class CustomerProblemData(BaseModel):
    """What the draft replies to."""

    text: str = Field(description="As the customer wrote it, without what their mail program added; may be empty.")
    message_ids: list[str] = Field(description="Where it stands.")
    language: str = Field(description="That the customer writes in, as a BCP 47 tag; empty when unknown.")
    customer: str = Field(description="The name that the draft greets; empty for none.")


class ReferenceData(BaseModel):
    """A sentence of a summary tied to the message that it comes from."""

    n: int = Field(description="The mark `[n]` in the text.")
    message_id: str
    quote: str = Field(description="The message's words that say so.")


class FateRequest(BaseModel):
    """What has become of a draft."""

    model_config = ConfigDict(extra="forbid", strict=True)

    fate: Fate
    text: str = Field(
        default="",
        max_length=20_000,
        description="As it was sent, if known: only how far it is from the draft is kept.",
    )
    rating: Rating | None = None


class NoteRequest(BaseModel):
    """A private note to be written into a conversation."""

    model_config = ConfigDict(extra="forbid", strict=True)

    host: Literal["chatwoot"]
    account_id: int = Field(ge=0)
    conversation_id: int = Field(ge=0)
    text: str = Field(min_length=1, max_length=20_000, pattern=r"\S")


class NoteWritten(BaseModel):
    """A private note that has been written."""

    message_id: str
