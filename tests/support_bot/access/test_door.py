import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support_bot.access.door import Door
from support_bot.access.errors import (
    KeyRefused,
    KindRefused,
    NotSetUp,
    OriginRefused,
    ProofRefused,
    Refused,
    RegistryError,
    RegistryUnreadable,
    TokenExpired,
    TokenRefused,
    Unproved,
)
from support_bot.access.keys import public_key_of
from support_bot.access.principal import Principal
from support_bot.access.registry import KeyKind, Registry, Site
from support_bot.access.secrets import MasterSecret
from support_bot.access.tokens import LIFETIME, PROOF_LIFETIME, RENEWABLE
from tests.support_bot.access.site import ORIGIN, SetUp, set_up

_VARIANTS = (
    *("null", "", "*", "https://", "example.com", "www.example.com", "//www.example.com", "HTTPS://WWW.EXAMPLE.COM"),
    *("https://WWW.example.com", "http://www.example.com", "https://example.com", "https://a.www.example.com"),
    *(
        "https://www.example.com.",
        "https://www.example.com/",
        "https://www.example.com:443",
        "https://www.example.com:8443",
    ),
    *(
        "https://www.example.com.evil.example",
        "https://evil.example/https://www.example.com",
        "https://wwwxexample.com",
    ),
    *("https://www.example.com@evil.example", "https://evil.example#https://www.example.com", "https://www.example.co"),
    *("https://evilwww.example.com", "https://www.example.com%00.evil.example", "https://www.example.com evil.example"),
    *(" https://www.example.com", "https://www.example.com ", "https://www.example.com,https://evil.example"),
    *(
        "https://www.ex\u0430mple.com",
        "https://xn--www-example-com",
        "file://",
        "ftp://www.example.com",
        "data:text/html",
    ),
    *("chrome-extension://www.example.com", "https://[::1]", "https://127.0.0.1", "https://www.example.com\\.evil"),
)


@pytest.fixture
def site(tmp_path: Path) -> SetUp:
    return set_up(tmp_path)


def _asked(site: SetUp, token: str, *, origin: str = ORIGIN) -> Principal:
    return site.door.principal(authorization=f"Bearer {token}", origin=origin, own_origins=())


def test_a_visitor_reads_what_is_public_and_stays_the_same(site: SetUp) -> None:
    token = site.token()
    visitor = _asked(site, token)
    assert (visitor.kind, visitor.site, visitor.audience) == ("visitor", "default", "public")
    assert _asked(site, site.token(before=token)).owner == visitor.owner
    assert _asked(site, site.token()).owner != visitor.owner


def test_a_customer_is_whom_the_websites_backend_names(site: SetUp) -> None:
    customer = _asked(site, site.token(proof=site.proof("ada")))
    assert (customer.kind, customer.owner, customer.audience) == ("customer", "customer:ada", "customer")
    assert _asked(site, site.token(proof=site.proof("bob"))).owner == "customer:bob"


def test_a_customer_is_proved_anew_and_never_renewed(site: SetUp) -> None:
    token = site.token(proof=site.proof("ada"))
    assert _asked(site, site.token(before=token)).kind == "visitor"


@pytest.mark.parametrize(("kind", "audience"), [("service", "public"), ("agent", "internal"), ("admin", "internal")])
def test_a_key_lets_in_whom_it_is_for(site: SetUp, kind: KeyKind, audience: str) -> None:
    holder = _asked(site, site.texts[kind], origin="")
    assert (holder.kind, holder.audience, holder.owner) == (kind, audience, f"{kind}:{site.keys[kind].id}")


def test_a_service_asks_for_each_of_its_users_apart_and_nobody_else_names_one(site: SetUp) -> None:
    def named(token: str, user: str) -> Principal:
        return site.door.principal(authorization=f"Bearer {token}", origin="", own_origins=(), user=user)

    ada, bob, itself = (named(site.texts["service"], user) for user in ("ada", "bob", ""))
    assert len({ada.owner, bob.owner, itself.owner}) == 3
    assert (ada.kind, ada.audience) == ("service", itself.audience)
    assert named(site.texts["service"], "ada") == ada
    for token in (site.token(), site.token(proof=site.proof()), site.texts["agent"], site.texts["admin"]):
        with pytest.raises(KindRefused):
            named(token, "ada")
    with pytest.raises(KindRefused, match="at most 100 characters"):
        named(site.texts["service"], "x" * 101)


def test_a_site_key_only_gets_tokens(site: SetUp) -> None:
    with pytest.raises(KeyRefused, match="only gets tokens"):
        _asked(site, site.texts["site"])
    with pytest.raises(KeyRefused, match="no site key"):
        site.door.session(site_key=site.texts["admin"], proof="", authorization="", origin=ORIGIN, own_origins=())


@pytest.mark.parametrize("origin", _VARIANTS)
def test_no_other_origin_gets_a_token_or_an_answer(site: SetUp, origin: str) -> None:
    assert not site.door.may_ask(origin)
    with pytest.raises(OriginRefused):
        site.token(origin=origin)
    if origin:
        for token in (site.token(), site.texts["service"]):
            with pytest.raises(OriginRefused):
                _asked(site, token, origin=origin)


def test_there_are_enough_other_origins() -> None:
    assert len(set(_VARIANTS)) >= 30


def test_a_site_without_origins_is_open_to_no_page(site: SetUp) -> None:
    site.registry.put_site(Site(name="default"))
    with pytest.raises(OriginRefused):
        site.token()


def test_a_token_is_good_on_the_website_that_it_was_given_to_alone(site: SetUp) -> None:
    other = "https://shop.example.com"
    site.registry.put_site(Site(name="default", origins=(ORIGIN, other)))
    with pytest.raises(TokenRefused, match="another website"):
        _asked(site, site.token(), origin=other)


def _forged(site: SetUp, /, *, key: Any = None, algorithm: str = "HS256", header: Any = None, **claims: Any) -> str:
    said = jwt.decode(site.token(), options={"verify_signature": False}) | claims
    said = {name: value for name, value in said.items() if value is not None}
    secret = site.secret.key("visitor tokens of default") if key is None else key
    return jwt.encode(said, secret, algorithm, headers={"typ": "visitor+jwt", "kid": "default", **(header or {})})


def test_the_forger_of_these_tests_could_forge_a_good_one(site: SetUp) -> None:
    assert _asked(site, _forged(site)).kind == "visitor"


_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_EC = ec.generate_private_key(ec.SECP256R1())
_NOW = int(time.time())
_LONG = 1_000_000  # seconds: longer than any run of the tests


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # the forger's key is ours
@pytest.mark.parametrize(
    "forged",
    [
        {"key": "", "algorithm": "none"},
        {"algorithm": "HS512"},
        {"algorithm": "HS384"},
        {"key": _RSA, "algorithm": "RS256"},
        {"key": _EC, "algorithm": "ES256"},
        {"key": b"0" * 32},
        {"aud": "support-bot"},
        {"aud": ["chat"]},
        {"aud": None},
        {"iss": "somebody"},
        {"iss": None},
        {"site": "other"},
        {"site": None},
        {"sub": None},
        {"exp": None},
        {"iat": None},
        {"iat": _NOW + _LONG},
        {"nbf": _NOW + _LONG},
        {"header": {"typ": "JWT"}},
        {"header": {"typ": None}},
        {"header": {"kid": "other"}},
        {"header": {"jku": "https://evil.example/keys"}},
        {"header": {"x5u": "https://evil.example/keys"}},
        {"header": {"jwk": {"kty": "oct", "k": "AAAA"}}},
        {"header": {"crit": ["b64"], "b64": False}},
        {"proof_key": "00000000"},
        {"site_key": "00000000"},
    ],
    ids=",".join,  # of what is forged: keys and times differ from one process to the next
)
def test_a_token_that_is_not_as_we_issue_them_is_refused(site: SetUp, forged: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        _asked(site, _forged(site, **forged))


@pytest.mark.parametrize("token", ["..", "a.b.c", "e30.e30.", "é.ü.ö", "." * 9_000, f"{'A' * 9_000}.e30.e30"])
def test_what_is_no_token_at_all_is_refused(site: SetUp, token: str) -> None:
    with pytest.raises(Refused):
        _asked(site, token)


def test_a_header_that_nests_without_end_is_refused(site: SetUp) -> None:
    nested = jwt.utils.base64url_encode(b"[" * 5_000).decode()
    for token in (f"{nested}.e30.e30", f"{site.token().split('.')[0]}.{nested}.e30"):
        with pytest.raises(TokenRefused):
            _asked(site, token)
        with pytest.raises(ProofRefused):
            site.token(proof=token)


def test_a_signature_that_was_touched_is_refused(site: SetUp) -> None:
    token = site.token()
    with pytest.raises(TokenRefused):
        _asked(site, token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB"))


def test_a_token_of_another_site_is_refused(site: SetUp, tmp_path: Path) -> None:
    other = set_up(tmp_path, name="other")
    assert _asked(other, other.token()).site == "other"
    for text in (other.token(), other.token(proof=other.proof()), *(other.texts[kind] for kind in other.texts)):
        with pytest.raises((TokenRefused, KeyRefused)):
            _asked(site, text)
    with pytest.raises(KeyRefused):
        site.door.session(site_key=other.texts["site"], proof="", authorization="", origin=ORIGIN, own_origins=())
    with pytest.raises(ProofRefused):
        site.token(proof=other.proof())


def test_a_token_lasts_an_hour_and_its_visitor_can_have_another_for_a_month(site: SetUp) -> None:
    visitor = _asked(site, site.token())
    old = _forged(site, sub=visitor.owner, iat=_NOW - LIFETIME - 5, nbf=_NOW - LIFETIME - 5, exp=_NOW - 5)
    with pytest.raises(TokenExpired):
        _asked(site, old)
    assert _asked(site, site.token(before=old)).owner == visitor.owner
    ancient = _forged(site, sub=visitor.owner, exp=_NOW - RENEWABLE - 5)
    assert _asked(site, site.token(before=ancient)).owner != visitor.owner


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "chat"},
        {"aud": None},
        {"iss": "00000000"},
        {"iss": None},
        {"site": "other"},
        {"site": None},
        {"sub": ""},
        {"sub": "x" * 191},
        {"sub": "a\0b"},
        {"sub": None},
        {"exp": None},
        {"iat": None},
        {"iat": _NOW - 500, "exp": _NOW - 100},
        {"iat": _NOW + _LONG, "exp": _NOW + _LONG + 100},
        {"nbf": _NOW + _LONG},
        {"exp": _NOW + PROOF_LIFETIME + _LONG},
        {"exp": float("inf")},
        {"exp": str(_NOW + 100)},
    ],
    ids=",".join,
)
def test_a_proof_that_is_not_as_it_should_be_is_refused(site: SetUp, claims: dict[str, Any]) -> None:
    with pytest.raises(ProofRefused):
        site.token(proof=site.proof(**claims))


def _with_public_key(site: SetUp, private: Any) -> tuple[str, str]:
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = public_key_of(pem, "proof", site="default", name="signed with a private key")
    site.registry.add_key(key)
    return key.id, pem.decode()


@pytest.mark.parametrize(("private", "algorithm"), [(_RSA, "RS256"), (_EC, "ES256")])
def test_a_proof_may_be_signed_with_a_private_key(site: SetUp, private: Any, algorithm: str) -> None:
    key_id, _ = _with_public_key(site, private)
    claims = jwt.decode(site.proof("ada", iss=key_id), options={"verify_signature": False})
    assert _asked(site, site.token(proof=jwt.encode(claims, private, algorithm))).owner == "customer:ada"
    for other, wrong in ((_RSA, "RS256"), (_EC, "ES256"), (_RSA, "RS512"), (_RSA, "PS256")):
        if wrong != algorithm:
            with pytest.raises(ProofRefused):
                site.token(proof=jwt.encode(claims, other, wrong))
    with pytest.raises(ProofRefused):
        site.token(proof=jwt.encode(claims, "", "none"))


def test_a_public_key_is_no_secret_that_signs(site: SetUp) -> None:
    key_id, pem = _with_public_key(site, _RSA)
    claims = jwt.decode(site.proof(iss=key_id), options={"verify_signature": False})
    head, body = (
        jwt.utils.base64url_encode(part) for part in (b'{"alg":"HS256","typ":"JWT"}', json.dumps(claims).encode())
    )
    signature = jwt.get_algorithm_by_name("HS256").sign(head + b"." + body, pem.encode())
    with pytest.raises(ProofRefused):
        site.token(proof=b".".join((head, body, jwt.utils.base64url_encode(signature))).decode())


@pytest.mark.parametrize("private", [rsa.generate_private_key(public_exponent=65537, key_size=1024)])
def test_a_weak_public_key_is_refused(private: Any) -> None:
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for given in (
        pem,
        b"no key",
        ec.generate_private_key(ec.SECP384R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ):
        with pytest.raises(RegistryError):
            public_key_of(given, "proof", site="default", name="x")


def test_where_proof_is_required_nobody_else_is_answered(site: SetUp) -> None:
    before = site.token()
    site.registry.put_site(Site(name="default", origins=(ORIGIN,), proof="required"))
    for refused in (lambda: site.token(), lambda: site.token(before=before), lambda: _asked(site, before)):
        with pytest.raises(Unproved, match="customers alone"):
            refused()
    assert _asked(site, site.token(proof=site.proof())).kind == "customer"


def test_where_proof_is_off_nobody_is_a_customer(site: SetUp) -> None:
    before = site.token(proof=site.proof())
    site.registry.put_site(Site(name="default", origins=(ORIGIN,)))
    with pytest.raises(ProofRefused):
        site.token(proof=site.proof())
    with pytest.raises(TokenRefused):
        _asked(site, before)


def test_without_a_token_nobody_is_answered(site: SetUp) -> None:
    for authorization in ("", "Bearer", "Bearer ", f"Basic {site.texts['service']}", site.texts["service"]):
        with pytest.raises(Unproved):
            site.door.principal(authorization=authorization, origin="", own_origins=())


@pytest.mark.parametrize("kind", ["site", "proof", "service", "agent", "admin"])
def test_a_key_that_is_revoked_is_dead_at_once_and_so_is_what_rests_on_it(site: SetUp, kind: KeyKind) -> None:
    token = site.token(proof=site.proof())
    used = {"site": token, "proof": token}.get(kind) or site.texts[kind]
    _asked(site, used, origin="")
    Registry(site.registry._file.parent.parent).end_key(site.keys[kind].id)  # as another process does
    with pytest.raises((KeyRefused, TokenRefused)):
        _asked(site, used, origin="")


def test_a_rotated_key_is_good_until_its_overlap_is_over(site: SetUp) -> None:
    site.registry.end_key(site.keys["service"].id, after=timedelta(hours=24))
    assert _asked(site, site.texts["service"], origin="").kind == "service"
    site.registry.end_key(site.keys["service"].id, after=timedelta(seconds=-1))
    with pytest.raises(KeyRefused):
        _asked(site, site.texts["service"], origin="")


def test_a_key_is_all_of_its_text(site: SetUp) -> None:
    text = site.texts["service"]
    for wrong in (
        text[:-1],
        text + "x",
        text.upper(),
        f"agent_{text[3:]}",
        f"admin_{text[3:]}",
        text[:12],
        "sk_",
        "sk",
    ):
        with pytest.raises(KeyRefused):
            _asked(site, wrong, origin="")


def _door(data_dir: Path, *, is_private: bool, origins: tuple[str, ...] = ()) -> Door:
    return Door(
        site="default",
        registry=Registry(data_dir),
        secret=MasterSecret(data_dir),
        origins=origins,
        is_private=is_private,
    )


def test_at_this_machine_no_token_is_asked_for_until_the_site_is_set_up(tmp_path: Path) -> None:
    door = _door(tmp_path, is_private=True)
    for authorization in ("", "Bearer unused", "Bearer sk-anything"):
        asked = door.principal(authorization=authorization, origin="", own_origins=())
        assert (asked.kind, asked.audience, asked.is_local) == ("visitor", "public", True)
    with pytest.raises(OriginRefused):
        door.principal(authorization="", origin=ORIGIN, own_origins=("http://127.0.0.1:8000",))
    door.principal(authorization="", origin="http://127.0.0.1:8000", own_origins=("http://127.0.0.1:8000",))
    assert list(tmp_path.iterdir()) == []
    set_up(tmp_path)
    with pytest.raises(Unproved):
        door.principal(authorization="", origin="", own_origins=())


def test_a_site_for_trying_out_is_one_for_this_machine_alone(tmp_path: Path) -> None:
    site = set_up(tmp_path, is_private=True)
    site.registry.put_site(Site(name="default", local=True))
    own = {"origin": "http://127.0.0.1:8000", "own_origins": ("http://127.0.0.1:8000",)}
    token, _ = site.door.session(site_key=site.texts["site"], proof="", authorization="", **own)  # type: ignore[arg-type]
    assert not site.door.principal(authorization=f"Bearer {token}", **own).is_local  # type: ignore[arg-type]
    assert site.door.principal(authorization="", origin="", own_origins=()).is_local
    with pytest.raises(TokenRefused):
        site.door.principal(authorization="Bearer a.b.c", origin="", own_origins=())
    open_to_others = _door(tmp_path, is_private=False)
    with pytest.raises(NotSetUp, match="sites change default"):
        open_to_others.check_set_up()
    with pytest.raises(Unproved):
        open_to_others.principal(authorization="", origin="", own_origins=())


def test_a_server_for_others_is_set_up_first(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match="sites add default"):
        _door(tmp_path, is_private=False).check_set_up()
    _door(tmp_path, is_private=True).check_set_up()
    set_up(tmp_path)
    _door(tmp_path, is_private=False).check_set_up()


def test_a_registry_that_cannot_be_read_lets_nobody_in(site: SetUp) -> None:
    site.registry._file.write_text("{", encoding="utf-8")
    with pytest.raises(RegistryUnreadable):
        _asked(site, site.texts["service"], origin="")


def test_no_secret_lies_in_the_registry(site: SetUp) -> None:
    kept = site.registry._file.read_text(encoding="utf-8")
    assert site.texts["site"] in kept  # every page shows it
    for kind in ("proof", "service", "agent", "admin"):
        text = site.texts[kind]  # a proof key is its secret alone; any secret may hold a "_"
        assert (text if kind == "proof" else text.split("_", 2)[2]) not in kept
    assert site.registry._file.stat().st_mode & 0o077 == 0
    secret = site.registry._file.with_name("secret")
    assert secret.stat().st_mode & 0o077 == 0
    assert secret.read_text() not in kept


def test_another_secret_opens_nothing(site: SetUp, tmp_path: Path) -> None:
    token = site.token()
    door = Door(
        site="default",
        registry=site.registry,
        secret=MasterSecret(tmp_path, given="another " * 8),
        origins=(),
        is_private=False,
    )
    with pytest.raises(TokenRefused):
        door.principal(authorization=f"Bearer {token}", origin=ORIGIN, own_origins=())
