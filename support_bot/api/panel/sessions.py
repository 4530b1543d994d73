"""Turn what an agent signs in with into a token for one hour."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from support_bot.access.errors import Refused
from support_bot.access.tokens import LIFETIME
from support_bot.api.askers import LIMITED, address_of, door, limits, origins_of
from support_bot.api.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["panel"])


class AgentSessionRequest(BaseModel):
    """Who wants to draft. Without key and secret, whoever's token is sent goes on with another one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: str = Field(default="", max_length=200, description="An agent's own: it begins with agent_.")
    auth_secret: str = Field(default="", max_length=1_000, description="That Front puts in the plugin's address.")
    agent: str = Field(
        default="",
        max_length=100,
        description="Who Front says its user is: they are counted by it, and nothing else rests on it.",
    )


class AgentData(BaseModel):
    """Who has signed in."""

    name: str


class AgentToken(BaseModel):
    """A token to send as `Authorization: Bearer`."""

    token: str
    expires_in: int = Field(description="Seconds.")
    agent: AgentData


@router.post("/agents/sessions", responses={**LIMITED, 422: {"model": Problem}})
async def agent_session(asked: AgentSessionRequest, request: Request) -> AgentToken:
    """Give an agent a token. With the token before it, also expired, they go on for twelve hours since they came."""
    address = address_of(request)
    await limits(request).check_tries(address=address)  # before the key is looked at: nobody tries keys for long
    try:
        token, badge = door(request).agent_session(
            **asked.model_dump(), authorization=request.headers.get("authorization", ""), **origins_of(request)
        )
    except Refused:
        await limits(request).count_try(address=address)
        raise
    return AgentToken(token=token, expires_in=LIFETIME, agent=AgentData(name=badge.name))
