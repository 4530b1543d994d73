"""Name what every way to a person has in common: it delivers a handoff, or says why not."""

from typing import Protocol, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from support_bot.handoff.records import Handoff

_Answer = TypeVar("_Answer", bound=BaseModel)
_LONGEST_WAIT = 3600.0


class NotDelivered(Exception):
    """The other side did not take a handoff, or nobody knows whether it did; for `pause` it wants no other."""

    def __init__(self, why: str, *, pause: float = 0.0) -> None:
        super().__init__(why)
        self.pause = pause


class Helpdesk(Protocol):
    """Where people answer."""

    async def deliver(self, handoff: Handoff, *, is_repeated: bool) -> str:
        """Bring a handoff there, and return the ticket's number, "" where there is none. Raises NotDelivered.

        `is_repeated`: it was tried before, and may have come there.
        """


async def answered(client: httpx.AsyncClient, method: str, url: str, **request: object) -> httpx.Response:
    """Return what a helpdesk answers. Raises NotDelivered, without what it says: it may repeat what was sent."""
    try:
        response = await client.request(method, url, **request)  # type: ignore[arg-type]  # handed on as it is
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotDelivered(type(error).__name__) from error
    if not response.is_success:
        raise NotDelivered(f"status {response.status_code}", pause=_seconds_to_wait(response))
    return response


def read_as(model: type[_Answer], response: httpx.Response) -> _Answer:
    """Return what an answer says. Raises NotDelivered."""
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise NotDelivered(f"status {response.status_code}, with an answer that is not as documented") from error


def _seconds_to_wait(response: httpx.Response) -> float:
    after = response.headers.get("retry-after", "")
    return min(float(after), _LONGEST_WAIT) if after.isdecimal() else 0.0
