"""Make and check what proves somebody: keys that are kept as digests, secrets that are kept sealed.

Keys are digested by SHA-256 alone. A slow digest (scrypt, argon2) protects what people make up; these are 256 random
bits, which no number of guesses finds, and a slow digest at every request would be a way to stop the server.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from support_bot.access.errors import RegistryUnreadable

_BYTES = 32


def new_id() -> str:
    """Return a new id: eight letters and digits, by which a key is looked up and spoken of."""
    return secrets.token_hex(4)


def new_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(_BYTES)


def digest(text: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(text.encode()).hexdigest()


def matches(text: str, kept: str) -> bool:
    """Whether this is the key of which that was kept; it takes as long whatever the text."""
    return hmac.compare_digest(digest(text), kept)


class MasterSecret:
    """The one secret of an installation, which seals others and from which the keys of tokens are derived.

    It lies beside the registry, so that a copy of the registry alone opens nothing.
    """

    def __init__(self, data_dir: Path, *, given: str = "") -> None:
        self._file = data_dir / "access" / "secret"
        self._given = given

    def key(self, purpose: str) -> bytes:
        """Return a key for one purpose, of which no other key can be guessed."""
        return hmac.digest(self._secret(), purpose.encode(), "sha256")

    def sealed(self, text: str) -> str:
        """Return a text as it may lie on a disk."""
        return self._box().encrypt(text.encode()).decode()

    def opened(self, sealed: str) -> str:
        """Return a sealed text as it was."""
        try:
            return self._box().decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise RegistryUnreadable(
                f"A secret was sealed with another SUPPORT_BOT_SECRET, or another {self._file}, than the server has."
            ) from error

    def _box(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.key("seal")))

    def _secret(self) -> bytes:
        if self._given:
            return self._given.encode()
        if not self._file.exists():
            _write_new(self._file)
        return self._file.read_bytes()


def _write_new(file: Path) -> None:
    """Write a new secret that nobody else may read, unless another process was first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    beside.touch(mode=0o600)
    beside.write_text(new_secret(), encoding="ascii")
    try:
        os.link(beside, file)  # whole or not at all, and never over another
    except FileExistsError:
        pass
    finally:
        beside.unlink()
