"""Make keys, and find the key that a text is."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from knowledge.audience import Audience
from support_bot.access.errors import KeyRefused, RegistryError
from support_bot.access.registry import Algorithm, Key, KeyKind, Registry
from support_bot.access.secrets import MasterSecret, digest, matches, new_id, new_secret

PREFIXES: dict[KeyKind, str] = {"site": "pk", "service": "sk", "agent": "agent", "admin": "admin"}
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}
_LEAST_RSA_BITS = 2048
_LEAST_SECRET = 16  # characters


def new_key(kind: KeyKind, *, site: str, name: str, audience: Audience = "public") -> tuple[Key, str]:
    """Return a key and its text, which is shown once: of all but site keys, which pages carry, a digest is kept."""
    key_id = new_id()
    text = f"{PREFIXES[kind]}_{key_id}_{new_secret()}"
    kept = text if kind == "site" else digest(text)
    return Key(
        id=key_id, kind=kind, site=site, name=name, kept=kept, audience=audience, created=datetime.now(UTC)
    ), text


def new_proof_key(*, site: str, name: str, secret: MasterSecret) -> tuple[Key, str]:
    """Return a proof key for HS256 and its text, which is shown once and kept sealed: a signature needs all of it."""
    text = new_secret()
    return _checking_key("proof", site, name, kept=secret.sealed(text), algorithm="HS256"), text


def public_key_of(pem: bytes, kind: KeyKind, *, site: str, name: str) -> Key:
    """Return a key whose secret half only a website's backend has, or Zendesk: RS256 or ES256, as the key is."""
    try:
        public = load_pem_public_key(pem)
    except ValueError as error:
        raise RegistryError("That is no public key: give a PEM file that begins with BEGIN PUBLIC KEY.") from error
    algorithm: Algorithm
    match public:
        case RSAPublicKey() if public.key_size >= _LEAST_RSA_BITS:
            algorithm = "RS256"
        case EllipticCurvePublicKey(curve=SECP256R1()):
            algorithm = "ES256"
        case _:
            raise RegistryError(f"A public key is RSA of {_LEAST_RSA_BITS} bits or more, or of the curve P-256.")
    if kind == "zendesk" and algorithm != "RS256":
        raise RegistryError("Zendesk signs with RSA: give the public key that it shows for your app.")
    return _checking_key(kind, site, name, kept=pem.decode("ascii"), algorithm=algorithm)


def foreign_key(text: str, kind: KeyKind, *, site: str, name: str) -> Key:
    """Return a key of a secret that others have made, of which a digest is kept."""
    if len(text) < _LEAST_SECRET:
        raise RegistryError(f"A secret has {_LEAST_SECRET} characters or more; that one has {len(text)}.")
    return Key(id=new_id(), kind=kind, site=site, name=name, kept=digest(text), created=datetime.now(UTC))


def found_key(text: str, *, registry: Registry, site: str) -> Key:
    """Return the key that this text is. Raises KeyRefused, alike for a wrong, an ended and another site's key."""
    prefix, _, rest = text.partition("_")
    kind = _KINDS.get(prefix)
    key = registry.active_key(rest.partition("_")[0], site=site) if kind else None
    kept = "" if key is None else digest(key.kept) if key.kind == "site" else key.kept
    if not matches(text, kept) or key is None or key.kind != kind:
        raise KeyRefused("No such key, or it has ended. `python -m support_bot keys list` shows those that there are.")
    return key


def found_secret(text: str, kind: KeyKind, *, registry: Registry, site: str) -> Key:
    """Return the key of this kind whose secret this is, which somebody else has made. Raises KeyRefused."""
    found = [key for key in registry.active_keys(kind, site=site) if matches(text, key.kept)]
    if not found:
        raise KeyRefused(f"No such secret, or it has ended. `python -m support_bot keys add {kind}` takes one in.")
    return found[0]


def _checking_key(kind: KeyKind, site: str, name: str, *, kept: str, algorithm: Algorithm) -> Key:
    return Key(id=new_id(), kind=kind, site=site, name=name, kept=kept, algorithm=algorithm, created=datetime.now(UTC))
