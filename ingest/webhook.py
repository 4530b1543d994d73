"""Turn the end of a run that somebody should look at into a signed message to an address of the operator's.

Whatever becomes of the message, the run ends as it would have.
"""

import json
import sys
import threading
import time
import uuid
from collections.abc import Sequence

from knowledge.signing import key_of, signed

SETTING = "INGEST_WEBHOOK_SECRET"
PAUSES = (1.0, 5.0, 15.0)  # seconds before another attempt
_ATTEMPT_SECONDS = 5.0
_SECONDS = 60.0  # for all attempts together: the other side may answer a byte at a time


class Webhook:
    """An address that is told of what happened."""

    def __init__(self, url: str, *, secret: str, pauses: Sequence[float] = PAUSES, seconds: float = _SECONDS) -> None:
        self._url = url
        self._key = key_of(secret, setting=SETTING)
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
