"""Set up a site with a key of each kind, and sign as its website's backend does."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from support_bot.access.door import Door
from support_bot.access.keys import new_key, new_proof_key
from support_bot.access.registry import Key, KeyKind, ProofMode, Registry, Site
from support_bot.access.secrets import MasterSecret

ORIGIN = "https://www.example.com"


@dataclass(frozen=True, slots=True)
class SetUp:
    """A site that is set up, and the text of its key of each kind."""

    door: Door
    registry: Registry
    secret: MasterSecret
    keys: dict[KeyKind, Key]
    texts: dict[KeyKind, str]

    def proof(self, sub: str = "ada", **claims: Any) -> str:
        """Return what the website's backend signs for its customer; claims of None are left out."""
        now = int(time.time())
        said = {"iss": self.keys["proof"].id, "aud": "support-bot", "site": self.door.site, "sub": sub, "iat": now}
        said |= {"exp": now + 300, **claims}
        return jwt.encode(
            {name: value for name, value in said.items() if value is not None}, self.texts["proof"], algorithm="HS256"
        )

    def token(self, *, proof: str = "", origin: str = ORIGIN, before: str = "") -> str:
        """Return a visitor's token, or a customer's."""
        authorization = f"Bearer {before}" if before else ""
        return self.door.session(
            site_key=self.texts["site"], proof=proof, authorization=authorization, origin=origin, own_origins=()
        )[0]

    def expiring(self, *, seconds: int) -> str:
        """Return a visitor's token that lasts so many seconds from now."""
        token = self.token()
        claims = jwt.decode(token, options={"verify_signature": False}) | {"exp": int(time.time()) + seconds}
        key = self.secret.key(f"visitor tokens of {self.door.site}")
        return jwt.encode(claims, key, algorithm="HS256", headers=jwt.get_unverified_header(token))


def set_up(data_dir: Path, *, name: str = "default", proof: ProofMode = "optional", is_private: bool = False) -> SetUp:
    """Set a site up below a data directory."""
    registry, secret = Registry(data_dir), MasterSecret(data_dir)
    registry.put_site(Site(name=name, origins=(ORIGIN,), proof=proof))
    made: dict[KeyKind, tuple[Key, str]] = {"proof": new_proof_key(site=name, name="backend", secret=secret)}
    kinds: tuple[KeyKind, ...] = ("site", "service", "agent", "admin")
    made |= {kind: new_key(kind, site=name, name=f"the {kind}'s") for kind in kinds}
    for key, _ in made.values():
        registry.add_key(key)
    return SetUp(
        door=Door(site=name, registry=registry, secret=secret, origins=(), is_private=is_private),
        registry=registry,
        secret=secret,
        keys={kind: key for kind, (key, _) in made.items()},
        texts={kind: text for kind, (_, text) in made.items()},
    )
