"""Turn what an agent signs in with into a token for an hour, and read it back: it rests on a key that can be revoked.

An agent signs in by a key of their own, or by what their helpdesk sends along: Zendesk signs a token with the key of
the installed app, Front sends the secret of its plugin.
"""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.types import Options

from support_bot.access.errors import ProofRefused, TokenExpired, TokenRefused
from support_bot.access.registry import Key, KeyKind
from support_bot.access.secrets import MasterSecret, digest
from support_bot.access.tokens import LEEWAY, LIFETIME, LONGEST, UNREADABLE, checked_claims, checked_header

WORKING_DAY = 12 * 3_600  # seconds after which an agent signs in anew
SIGN_IN_KINDS: tuple[KeyKind, ...] = ("agent", "admin", "zendesk", "front")
_ISSUER = "support-bot"
_AUDIENCE = "panel"
_TYPE = "agent+jwt"
_SIGNED = ("iss", "aud", "sub", "iat", "nbf", "exp", "jti")
_INSTALLATION = re.compile(r"(https?://[^/]+)/api/v2/apps/installations/\d+\.json")
_USER = re.compile(r"(https?://[^/]+)/api/v2/users/(\d+)\.json")
_KEYS_OF_ITS_OWN = {"jku", "jwk", "x5u", "x5c", "crit"}
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


@dataclass(frozen=True, slots=True)
class Entry:
    """What a helpdesk has signed for one of its agents, to be used once."""

    badge: Badge
    digest: str  # by which it is known again
    ends: float  # then it lets nobody in any more


def zendesk_entry(token: str, keys: Sequence[Key], *, hosts: Sequence[str]) -> Entry:
    """Return whom Zendesk's token for one opening of its app names. Raises ProofRefused.

    https://developer.zendesk.com/documentation/apps/app-developer-guide/using-the-apps-framework/#jwt-claims
        RS256; iss "{subdomain}.zendesk.com", aud "https://{subdomain}.zendesk.com/api/v2/apps/installations/{id}.json",
        sub "https://{subdomain}.zendesk.com/api/v2/users/{id}.json", exp, nbf, iat, jti
    """
    claims = next(filter(None, (_signed_by(key, token) for key in keys)), None)
    if claims is None:
        raise ProofRefused("Zendesk's token is signed by no key that `keys add zendesk` has taken in, or has expired.")
    key, said = claims
    audience = _INSTALLATION.fullmatch(str(said["aud"]))
    if audience is None or audience[1] not in hosts:
        raise ProofRefused(f"aud names no app in a helpdesk of this site: it is {str(said['aud'])[:200]!r}.")
    if str(said["iss"]).removeprefix("https://").rstrip("/") != audience[1].removeprefix("https://"):
        raise ProofRefused(f"iss names another helpdesk than aud: it is {str(said['iss'])[:200]!r}.")
    agent = _USER.fullmatch(str(said["sub"]))
    if agent is None or agent[1] != audience[1]:
        raise ProofRefused(f"sub names no user of that helpdesk: it is {str(said['sub'])[:200]!r}.")
    if not 0 < said["exp"] - said["iat"] <= LIFETIME:
        raise ProofRefused(f"exp may be at most {LIFETIME} seconds after iat.")
    badge = Badge(f"agent:zendesk:{agent[2]}", "", key.id, int(time.time()))
    return Entry(badge, digest(json.dumps(said, sort_keys=True)), said["exp"] + LEEWAY)


def _signed_by(key: Key, token: str) -> tuple[Key, dict[str, Any]] | None:
    """Return the key and what it has signed, None for what it has not."""
    try:
        header = jwt.get_unverified_header(token)
        if header.keys() & _KEYS_OF_ITS_OWN or len(token) > LONGEST:
            return None
        # Who it is for is compared by whoever asks: it names the app's installation, which nobody had to write down.
        options: Options = {"require": list(_SIGNED), "verify_aud": False}
        return key, jwt.decode(token, key.kept, algorithms=["RS256"], leeway=LEEWAY, options=options)
    except UNREADABLE:
        return None


def badge_of(key: Key) -> Badge:
    """Return who signs in by a key of their own."""
    return Badge(f"{key.kind}:{key.id}", key.name, key.id, int(time.time()))
