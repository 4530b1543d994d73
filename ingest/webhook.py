"""Turn the end of a run that somebody should look at into a signed message to an address of the operator's.

The headers are those of Standard Webhooks (https://www.standardwebhooks.com), so that a receiver verifies the signature
with a library that exists. Whatever becomes of the message, the run ends as it would have.
"""

import base64
import binascii
import hashlib
import hmac
import json
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)
PAUSES = (1.0, 5.0, 15.0)  # seconds before another attempt
_ATTEMPT_SECONDS = 5.0
_SECONDS = 60.0  # for all attempts together: the other side may answer a byte at a time


class Webhook:
    """An address that is told of what happened."""

    def __init__(self, url: str, *, secret: str, pauses: Sequence[float] = PAUSES, seconds: float = _SECONDS) -> None:
        self._url = url
        self._key = key_of(secret)
        self._pauses = pauses
        self._seconds = seconds

    def send(self, kind: str, about: dict[str, object], *, at: str) -> None:
        """Tell what happened; say on standard error if nobody took it."""
        content = json.dumps({"type": kind, "timestamp": at, "data": about}, ensure_ascii=False).encode()
        outcome: list[str] = ["no answer"]
        attempts = threading.Thread(target=self._attempt, args=(content, outcome), daemon=True)
        attempts.start()
        attempts.join(self._seconds)
        if outcome[-1]:
            print(f"ingest: the webhook was not delivered: {outcome[-1]}. See INGEST_WEBHOOK_URL.", file=sys.stderr)

    def _attempt(self, content: bytes, outcome: list[str]) -> None:
        """Post the message until it is taken; add to `outcome` what went wrong, or "" when it was taken."""
        import httpx  # only who tells something pays for it

        message_id = f"msg_{uuid.uuid4().hex}"  # the same for each attempt, so that it is acted upon once
        with httpx.Client(timeout=_ATTEMPT_SECONDS, trust_env=False) as client:
            for pause in (0.0, *self._pauses):
                time.sleep(pause)
                headers = signed(content, message_id=message_id, timestamp=int(time.time()), key=self._key)
                try:
                    # Its status is all that is read of the answer, and a redirect is not followed.
                    with client.stream("POST", self._url, content=content, headers=headers) as response:
                        outcome.append("" if response.is_success else f"status {response.status_code}")
                except (httpx.HTTPError, httpx.InvalidURL) as error:
                    outcome.append(f"{type(error).__name__} {error}".strip())
                if not outcome[-1]:
                    return


def signed(content: bytes, *, message_id: str, timestamp: int, key: bytes) -> dict[str, str]:
    """Return the headers of a message: its id, its time, and the signature over both and its content."""
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + content, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def key_of(secret: str) -> bytes:
    """Return the key that a secret holds. Raises ValueError, without the secret, when it holds none."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _KEY_BYTES:
        raise ValueError("INGEST_WEBHOOK_SECRET must be 'whsec_' and 24 to 64 random bytes in base64")
    return key


def refuse_unsafe(url: str) -> None:
    """Raise ValueError for an address that a message must not be sent to."""
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address holds no user and no password")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or not _is_this_machine(parts.hostname or ""):
        raise ValueError("an address is https://…, or http://… on this machine alone")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
