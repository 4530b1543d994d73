"""Sign a message to another server, and refuse to send one where it might be read on its way.

The headers are those of Standard Webhooks (https://www.standardwebhooks.com), so that a receiver verifies the signature
with a library that exists.
"""

import base64
import binascii
import hashlib
import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)


def signed(content: bytes, *, message_id: str, timestamp: int, key: bytes) -> dict[str, str]:
    """Return the headers of a message: its id, its time, and the signature over both and its content."""
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + content, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def key_of(secret: str, *, setting: str) -> bytes:
    """Return the key that a secret holds. Raises ValueError, with its setting and without it, when it holds none."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _KEY_BYTES:
        raise ValueError(f"{setting} must be 'whsec_' and 24 to 64 random bytes in base64")
    return key


def refuse_unsafe(url: str) -> None:
    """Raise ValueError for an address that a message must not be sent to."""
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address holds no user and no password")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or not is_this_machine(parts.hostname or ""):
        raise ValueError("an address is https://…, or http://… on this machine alone")


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine, and what is sent to it is seen by no other."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
