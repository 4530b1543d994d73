"""Turn a site key, and the proof of a customer if there is one, into a token for one hour."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from support_bot.access.errors import Refused
from support_bot.access.tokens import LIFETIME
from support_bot.api.askers import LIMITED, address_of, door, limits, origins_of
from support_bot.api.problems import Problem
from support_bot.api.schema import AskerKind

router = APIRouter(prefix="/api/v1", tags=["sessions"])


class SessionRequest(BaseModel):
    """Who wants to ask."""

    model_config = ConfigDict(extra="forbid", strict=True)

    site_key: str = Field(max_length=200, description="The key in the page: it begins with pk_.")
    proof: str = Field(
        default="", max_length=8_000, description="What the website's backend has signed for its customer."
    )


class SessionToken(BaseModel):
    """A token to send as `Authorization: Bearer`."""

    token: str
    expires_in: int = Field(description="Seconds.")
    kind: AskerKind
    owner: str = Field(description="Whose conversations are theirs: of a customer, `customer:` and the proof's sub.")


@router.post("/sessions", responses={**LIMITED, 422: {"model": Problem}})
async def session(asked: SessionRequest, request: Request) -> SessionToken:
    """Give a page in a browser a token. With the token before it, also expired, a visitor stays the same."""
    try:
        token, holder = door(request).session(
            site_key=asked.site_key,
            proof=asked.proof,
            authorization=request.headers.get("authorization", ""),
            **origins_of(request),
        )
    except Refused:
        await limits(request).check_newcomer(address=address_of(request))  # nobody tries keys for long
        raise
    if holder.is_new:
        await limits(request).check_newcomer(address=address_of(request))
    return SessionToken(token=token, expires_in=LIFETIME, kind=holder.kind, owner=holder.owner)
