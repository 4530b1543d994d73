"""Turn a site key, and the proof of a customer if there is one, into a token for one hour."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from support_bot.access.errors import Refused
from support_bot.access.tokens import LIFETIME, Holder
from support_bot.api.askers import LIMITED, address_of, door, limits, origins_of, runs
from support_bot.api.problems import Problem
from support_bot.api.schema import PRINTED, AskerKind

router = APIRouter(prefix="/api/v1", tags=["sessions"])


class SessionRequest(BaseModel):
    """Who wants to ask."""

    model_config = ConfigDict(extra="forbid", strict=True)

    site_key: str = Field(max_length=200, description="The key in the page: it begins with pk_.")
    proof: str = Field(
        default="", max_length=8_000, description="What the website's backend has signed for its customer."
    )
    conversation_id: str = Field(
        default="",
        max_length=64,
        pattern=PRINTED,
        description="Of the visitor whose token is sent: the conversation that the customer takes along.",
    )


class SessionToken(BaseModel):
    """A token to send as `Authorization: Bearer`."""

    token: str
    expires_in: int = Field(description="Seconds.")
    kind: AskerKind
    owner: str = Field(description="Whose conversations are theirs: of a customer, `customer:` and the proof's sub.")


@router.post("/sessions", responses={**LIMITED, 422: {"model": Problem}})
async def session(asked: SessionRequest, request: Request) -> SessionToken:
    """Give a page in a browser a token. With the token before it, also expired, a visitor stays the same.

    A visitor who proves to be a customer is that customer from then on, with the one conversation that is named.
    """
    try:
        token, holder = _issued(asked, request, before=request.headers.get("authorization", ""))
    except Refused:
        await limits(request).check_newcomer(address=address_of(request))  # nobody tries keys for long
        raise
    if holder.kind == "visitor" and not holder.is_new and await runs(request).has_left(holder.owner):
        token, holder = _issued(asked, request, before="")
    if holder.is_new:
        await limits(request).check_newcomer(address=address_of(request))
    if holder.before:
        await runs(request).hand_over(asked.conversation_id, visitor=holder.before, customer=holder.owner)
    return SessionToken(token=token, expires_in=LIFETIME, kind=holder.kind, owner=holder.owner)


def _issued(asked: SessionRequest, request: Request, *, before: str) -> tuple[str, Holder]:
    return door(request).session(
        site_key=asked.site_key, proof=asked.proof, authorization=before, **origins_of(request)
    )
