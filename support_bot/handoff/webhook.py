"""Bring a handoff to an address of the operator's as a signed message.

The headers are those of Standard Webhooks; `webhook-id` and `Idempotency-Key` are the handoff's id in every attempt, by
which a receiver acts upon it once. It may answer with `{"ticket": "…"}`, which the visitor is then told.
"""

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from knowledge.signing import key_of, signed
from support_bot.handoff.helpdesk import answered
from support_bot.handoff.records import Handoff


class _Taken(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    ticket: str = ""


class Webhook:
    """An address that takes signed messages."""

    def __init__(self, url: str, *, secret: SecretStr, client: httpx.AsyncClient) -> None:
        self._url = url
        self._key = key_of(secret.get_secret_value(), setting="SUPPORT_BOT_HANDOFF_WEBHOOK_SECRET")
        self._client = client

    async def deliver(self, handoff: Handoff, *, is_repeated: bool) -> str:
        """Post it, signed anew with each attempt."""
        said = asdict(handoff)
        at = datetime.fromtimestamp(said.pop("created"), UTC).isoformat(timespec="seconds")
        message = {"type": "handoff.created", "timestamp": at, "data": said}
        content = json.dumps(message, ensure_ascii=False).encode()
        headers = signed(content, message_id=handoff.id, timestamp=int(time.time()), key=self._key)
        headers["Idempotency-Key"] = handoff.id
        response = await answered(self._client, "POST", self._url, content=content, headers=headers)
        try:
            return _Taken.model_validate_json(response.content).ticket
        except ValidationError:
            return ""  # taken, and no ticket named
