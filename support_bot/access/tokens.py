"""Issue a visitor's token and read it back; read what a website's backend signed to prove a customer.

Ours are signed with HS256 by a key that is derived for the site; a website's, by the one algorithm that its key is for.
Neither chooses: the algorithm in a token's header is only compared. A header may name nothing but alg, typ and kid.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jwt

from support_bot.access.errors import ProofRefused, TokenExpired, TokenRefused
from support_bot.access.registry import Key, Registry
from support_bot.access.secrets import MasterSecret

LIFETIME = 3_600  # seconds
RENEWABLE = 30 * 24 * 3_600  # seconds after which an anonymous visitor is somebody new
PROOF_LIFETIME = 600  # seconds, at most
LEEWAY = 60  # seconds by which clocks may differ
_LONGEST_CUSTOMER = 190  # characters: with what stands before it, an owner's column holds it
_ISSUER = "support-bot"
_TYPE = "visitor+jwt"
LONGEST = 8_000  # characters
UNREADABLE = (
    jwt.PyJWTError,
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
)  # whatever a hostile one is made of


@dataclass(frozen=True, slots=True)
class Holder:
    """For whom a token was issued, and what it rests on."""

    kind: Literal["visitor", "customer"]
    owner: str
    origin: str  # of the page that asked for it
    site_key: str  # the id of the key by which it was asked for
    proof_key: str = ""  # a customer's: the id of the key that proved them
    is_new: bool = False  # nobody has seen them before
    before: str = ""  # of a customer: the visitor who they were until now


def new_visitor() -> str:
    """Return a visitor's name, which nobody can guess."""
    return f"visitor:{secrets.token_hex(16)}"


class Tokens:
    """The tokens of one site."""

    def __init__(self, *, site: str, secret: MasterSecret) -> None:
        self._site = site
        self._secret = secret

    def issued(self, holder: Holder) -> str:
        """Return a token for one hour."""
        now = int(time.time())
        claims = {
            "iss": _ISSUER,
            "aud": "chat",
            "site": self._site,
            "sub": holder.owner,
            "kind": holder.kind,
            "origin": holder.origin,
            "site_key": holder.site_key,
            "proof_key": holder.proof_key,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
        }
        return jwt.encode(claims, self._key(), algorithm="HS256", headers={"typ": _TYPE, "kid": self._site})

    def holder(self, token: str, *, expired_for: int = 0) -> Holder:
        """Return for whom a token was issued, also when it expired so many seconds ago.

        Raises TokenExpired and TokenRefused.
        """
        try:
            header = checked_header(token)
            if (header.get("typ"), header.get("kid")) != (_TYPE, self._site):
                raise TokenRefused("The token is of another kind, or of another site.")
            claims = checked_claims(token, self._key(), "HS256", issuer=_ISSUER, audience="chat", check_expiry=False)
        except UNREADABLE as error:
            raise TokenRefused("The token is not valid. Ask for a new one at /api/v1/sessions.") from error
        if claims["site"] != self._site:
            raise TokenRefused("The token is of another site.")
        if time.time() >= claims["exp"] + expired_for:
            raise TokenExpired("The token has expired. Ask for a new one at /api/v1/sessions.")
        return Holder(
            kind=claims["kind"],
            owner=claims["sub"],
            origin=claims["origin"],
            site_key=claims["site_key"],
            proof_key=claims["proof_key"],
        )

    def _key(self) -> bytes:
        return self._secret.key(f"visitor tokens of {self._site}")


class Proofs:
    """What the backends of one site's websites sign."""

    def __init__(self, *, site: str, registry: Registry, secret: MasterSecret) -> None:
        self._site = site
        self._registry = registry
        self._secret = secret

    def customer(self, proof: str) -> tuple[str, str]:
        """Return the customer whom a proof names, and the id of the key that signed it. Raises ProofRefused."""
        try:
            checked_header(proof)
            # Read before it is checked, to learn which key is to check it; nothing else of it is used.
            unchecked = jwt.decode(proof, options={"verify_signature": False})
            key = self._registry.active_key(str(unchecked.get("iss")), site=self._site)
            if key is None or key.kind != "proof" or key.algorithm is None:
                raise ProofRefused(
                    "iss is the id of no proof key of this site. `keys list` shows those that there are."
                )
            claims = checked_claims(proof, self._material(key), key.algorithm, issuer=key.id, audience=_ISSUER)
            lifetime = claims["exp"] - claims["iat"]
        except UNREADABLE as error:
            raise ProofRefused(f"{error}. The article on proving customers says how one is made.") from error
        if claims["site"] != self._site:
            raise ProofRefused("site names another site.")
        if lifetime > PROOF_LIFETIME:
            raise ProofRefused(f"exp may be at most {PROOF_LIFETIME} seconds after iat.")
        if not 0 < len(claims["sub"]) <= _LONGEST_CUSTOMER:
            raise ProofRefused(f"sub has 1 to {_LONGEST_CUSTOMER} characters.")
        if "\0" in claims["sub"]:
            raise ProofRefused("sub holds a NUL, which no database keeps.")
        return f"customer:{claims['sub']}", key.id

    def _material(self, key: Key) -> str:
        return self._secret.opened(key.kept) if key.algorithm == "HS256" else key.kept


def checked_header(token: str) -> dict[str, Any]:
    """Return a token's header, which nobody has signed yet. Raises what UNREADABLE lists."""
    if len(token) > LONGEST:
        raise jwt.DecodeError("It is too long")
    header = jwt.get_unverified_header(token)
    if unknown := sorted(header.keys() - {"alg", "typ", "kid"}):
        raise jwt.DecodeError(f"Its header may not name {unknown[0]}")  # jku, x5u, jwk, crit: keys of its own choice
    return header


def checked_claims(
    token: str,
    key: bytes | str,
    algorithm: str,
    *,
    issuer: str,
    audience: str,
    required: Sequence[str] = ("iss", "aud", "site", "sub", "iat", "exp"),
    check_expiry: bool = True,
) -> dict[str, Any]:
    """Return what a token says that this key has signed. Raises what UNREADABLE lists."""
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        issuer=issuer,
        audience=audience,
        leeway=LEEWAY,
        options={"require": list(required), "strict_aud": True, "verify_exp": check_expiry},
    )
    return claims
