"""Turn what an agent signs in with into a token for an hour, and read it back: it rests on a key that can be revoked.

An agent signs in by a key of their own, or by what their helpdesk sends along: Zendesk signs a token with the key of
the installed app, Front sends the secret of its plugin.
"""

import time
from dataclasses import dataclass

import jwt

from support_bot.access.errors import TokenExpired, TokenRefused
from support_bot.access.registry import Key, KeyKind
from support_bot.access.secrets import MasterSecret
from support_bot.access.tokens import LIFETIME, UNREADABLE, checked_claims, checked_header

WORKING_DAY = 12 * 3_600  # seconds after which an agent signs in anew
SIGN_IN_KINDS: tuple[KeyKind, ...] = ("agent", "admin", "zendesk", "front")
_ISSUER = "support-bot"
_AUDIENCE = "panel"
_TYPE = "agent+jwt"
_CLAIMS = ("iss", "aud", "site", "sub", "iat", "exp", "name", "key", "since")


@dataclass(frozen=True, slots=True)
class Badge:
    """Who has signed in, and what it rests on."""

    owner: str  # `agent:` and the key's id, or the helpdesk's name of them
    name: str  # as people call them; "" when unknown
    key: str  # the id of the key that let them in
    since: int  # when they signed in, in seconds since 1970


def is_badge(token: str) -> bool:
    """Whether a token claims to be an agent's."""
    try:
        return checked_header(token).get("typ") == _TYPE
    except UNREADABLE:
        return False


class Badges:
    """The agents' tokens of one site."""

    def __init__(self, *, site: str, secret: MasterSecret) -> None:
        self._site = site
        self._secret = secret

    def issued(self, badge: Badge) -> str:
        """Return a token for one hour."""
        now = int(time.time())
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "site": self._site,
            "sub": badge.owner,
            "name": badge.name,
            "key": badge.key,
            "since": badge.since,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
        }
        return jwt.encode(claims, self._key(), algorithm="HS256", headers={"typ": _TYPE, "kid": self._site})

    def read(self, token: str, *, is_renewed: bool = False) -> Badge:
        """Return who has signed in; to be renewed, a token may have expired. Raises TokenExpired and TokenRefused."""
        try:
            header = checked_header(token)
            if (header.get("typ"), header.get("kid")) != (_TYPE, self._site):
                raise TokenRefused("The token is of another kind, or of another site.")
            claims = checked_claims(
                token,
                self._key(),
                "HS256",
                issuer=_ISSUER,
                audience=_AUDIENCE,
                required=_CLAIMS,
                check_expiry=False,
            )
        except UNREADABLE as error:
            raise TokenRefused("The token is not valid. Sign in anew.") from error
        if claims["site"] != self._site:
            raise TokenRefused("The token is of another site.")
        now = time.time()
        if now >= (claims["since"] + WORKING_DAY if is_renewed else claims["exp"]):
            raise TokenExpired("The token has expired. Sign in anew." if is_renewed else "The token has expired.")
        return Badge(claims["sub"], claims["name"], claims["key"], claims["since"])

    def _key(self) -> bytes:
        return self._secret.key(f"agents' tokens of {self._site}")


def badge_of(key: Key) -> Badge:
    """Return who signs in by a key of their own."""
    return Badge(f"{key.kind}:{key.id}", key.name, key.id, int(time.time()))
