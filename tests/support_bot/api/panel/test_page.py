"""The page that a helpdesk shows beside a ticket: who may frame it, and whom Zendesk lets in."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from knowledge.settings import KnowledgeSettings
from support_bot.access.keys import foreign_key, public_key_of
from support_bot.access.registry import Key, Site
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.running import running_app
from tests.support_bot.access.site import ORIGIN, SetUp, set_up
from tests.support_bot.api.panel.agent import MAIL
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_DESK = "https://acme.zendesk.com"
_META = re.compile(r'<meta name="([\w-]+)" content="([^"]*)">')


@dataclass
class Served:
    """A server with the panel in a Zendesk, and Zendesk's own key."""

    url: str
    site: SetUp
    zendesk: RSAPrivateKey
    key: Key

    def entry(self, *, key: RSAPrivateKey | None = None, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """Return what Zendesk signs; claims of None are left out."""
        now = int(time.time())
        said = {
            "iss": "acme.zendesk.com",
            "aud": f"{_DESK}/api/v2/apps/installations/42.json",
            "sub": f"{_DESK}/api/v2/users/7.json",
            "iat": now,
            "nbf": now,
            "exp": now + 60,
            "jti": f"{time.monotonic_ns()}",
            "qsh": "0" * 64,
            "context": {"product": "support", "location": "ticket_sidebar"},
            **claims,
        }
        given = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(given, key or self.zendesk, algorithm="RS256", headers=headers)

    def opened(self, token: str, **query: str) -> dict[str, str]:
        """Return what the page says of itself when Zendesk opens it."""
        page = httpx.post(f"{self.url}/panel", params={"host": "zendesk", **query}, data={"token": token})
        assert page.status_code == 200
        return dict(_META.findall(page.text))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("page")
    site = set_up(data_dir)
    _allow(site, _DESK, "https://app.frontapp.com")
    private = generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = public_key_of(pem, "zendesk", site="default", name="acme")
    site.registry.add_key(key)
    retriever = ListRetriever(documents=documents(log_odds=9.0))
    app = create_app(SupportBotSettings(), KnowledgeSettings(data_dir=data_dir), retriever=retriever)
    with running_app(app) as url:
        yield Served(url, site, private, key)


def _allow(site: SetUp, *hosts: str) -> None:
    found = site.registry.site("default")
    assert found is not None
    site.registry.put_site(Site.model_validate({**found.model_dump(), "panel_hosts": hosts}))


@pytest.mark.parametrize(
    ("host", "preloaded"), [("zendesk", True), ("front", True), ("generic", False), ('"><b>', False)]
)
def test_a_client_of_its_own_is_loaded_beside_the_panel(served: Served, host: str, preloaded: bool) -> None:
    page = httpx.get(f"{served.url}/panel", params={"host": host}).text
    assert (f'<link rel="modulepreload" href="/static/panel/{host}.js">' in page) == preloaded
    assert "<b>" not in page


def test_only_the_sites_helpdesks_may_frame_the_panel(served: Served) -> None:
    page = httpx.get(f"{served.url}/panel", params={"host": "front", "site": served.site.texts["site"]})
    policy = page.headers["content-security-policy"]
    assert policy.endswith(f"; frame-ancestors {_DESK} https://app.frontapp.com")
    assert "unsafe" not in policy
    assert "x-frame-options" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers
    metas = dict(_META.findall(page.text))
    assert metas["panel-hosts"] == f"{_DESK} https://app.frontapp.com"
    assert "agent-token" not in metas
    assert re.findall(r"<script[^>]*>", page.text) == ['<script type="module" src="/static/panel/panel.js">']

    _allow(served.site)
    page = httpx.get(f"{served.url}/panel")
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert "--panel-host" in dict(_META.findall(page.text))["sign-in-reason"]
    _allow(served.site, _DESK, "https://app.frontapp.com")


def test_zendesk_lets_an_agent_in_once(served: Served) -> None:
    entry = served.entry()
    token = served.opened(entry, site=served.site.texts["site"])["agent-token"]
    headers = {"Authorization": f"Bearer {token}"}
    drafted = httpx.post(f"{served.url}/api/v1/drafts", json={"messages": [MAIL]}, headers=headers, timeout=30)
    assert drafted.status_code == 200
    again = served.opened(entry)
    assert "agent-token" not in again
    assert "used before" in again["sign-in-reason"]

    renewed = httpx.post(f"{served.url}/api/v1/agents/sessions", json={}, headers=headers)
    assert renewed.json()["token"]
    served.site.registry.end_key(served.key.id)
    refused = httpx.post(f"{served.url}/api/v1/drafts", json={"messages": [MAIL]}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/token-refused")
    refused = httpx.post(f"{served.url}/api/v1/agents/sessions", json={}, headers=headers)
    assert refused.status_code == 401
    served.site.registry.add_key(served.key)  # for the tests to come


def _now(seconds: int) -> int:
    return int(time.time()) + seconds


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"aud": "https://evil.zendesk.com/api/v2/apps/installations/42.json"}, "aud"),
        ({"aud": f"{_DESK}/api/v2/apps/installations/42.json?x"}, "aud"),
        ({"aud": f"{_DESK}.evil.example/api/v2/apps/installations/42.json"}, "aud"),
        ({"aud": [f"{_DESK}/api/v2/apps/installations/42.json"]}, "aud"),
        ({"iss": "evil.zendesk.com"}, "iss"),
        ({"sub": "https://evil.zendesk.com/api/v2/users/7.json"}, "sub"),
        ({"exp": _now(-100)}, "expired"),
        ({"iat": _now(-90_000)}, "exp may"),
        ({"nbf": _now(3_600)}, "no key"),
        ({"exp": None}, "no key"),
        ({"aud": None}, "no key"),
        ({"sub": None}, "no key"),
        ({"jti": None}, "no key"),
    ],
)
def test_zendesk_lets_nobody_in_by_a_token_that_is_not_for_this(
    served: Served, claims: dict[str, Any], reason: str
) -> None:
    metas = served.opened(served.entry(**claims))
    assert "agent-token" not in metas
    assert reason in metas["sign-in-reason"]


def test_nobody_else_signs_for_zendesk(served: Served) -> None:
    stranger = generate_private_key(public_exponent=65537, key_size=2048)
    public = served.zendesk.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(served.entry(), options={"verify_signature": False})
    unsigned = jwt.encode(claims, "", algorithm="none")
    head = jwt.utils.base64url_encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()).decode()
    body = served.entry().split(".")[1]
    mac = jwt.get_algorithm_by_name("HS256").sign(f"{head}.{body}".encode(), public)
    confused = f"{head}.{body}.{jwt.utils.base64url_encode(mac).decode()}"
    with_own_key = served.entry(key=stranger, headers={"jku": "https://evil.example/keys"})
    for token in (served.entry(key=stranger), unsigned, confused, with_own_key, "a.b.c", "", "x" * 19_000):
        metas = served.opened(token)
        assert "agent-token" not in metas
        assert metas["sign-in-reason"]
    assert "too long" in served.opened("x" * 30_000)["sign-in-reason"]


def test_an_address_with_a_wrong_key_says_so(served: Served) -> None:
    for key in ("pk_0", served.site.texts["agent"], '"><script>'):
        page = httpx.get(f"{served.url}/panel", params={"site": key})
        assert "address" in dict(_META.findall(page.text))["sign-in-reason"]
        assert page.text.count("<script") == 1
        assert "agent-token" not in served.opened(served.entry(), site=key)


def test_an_agent_signs_in_by_a_key_and_by_fronts_secret(served: Served) -> None:
    front = foreign_key("a-secret-that-front-has-made", "front", site="default", name="Front")
    served.site.registry.add_key(front)
    sessions = f"{served.url}/api/v1/agents/sessions"
    own = httpx.post(sessions, json={"key": served.site.texts["agent"]}, headers={"Origin": served.url})
    assert own.json().items() >= {"expires_in": 3600, "agent": {"name": "the agent's"}}.items()
    by_front = httpx.post(sessions, json={"auth_secret": "a-secret-that-front-has-made", "agent": "maria"})
    assert by_front.json()["agent"] == {"name": "maria"}
    headers = {"Authorization": f"Bearer {by_front.json()['token']}"}
    drafted = httpx.post(f"{served.url}/api/v1/drafts", json={"messages": [MAIL]}, headers=headers, timeout=30)
    assert drafted.status_code == 200
    for asked in (
        {"key": served.site.texts["service"]},
        {"key": served.site.texts["site"]},
        {"auth_secret": "a-secret-that-front-has-not"},
        {},
    ):
        refused = httpx.post(sessions, json=asked)
        assert refused.status_code == 401, asked
    outside = httpx.post(sessions, json={"key": served.site.texts["agent"]}, headers={"Origin": "https://evil.example"})
    assert outside.status_code == 403


def test_beyond_the_limit_of_wrong_keys_the_right_one_is_not_looked_at(tmp_path: Path) -> None:
    site = set_up(tmp_path)
    settings = SupportBotSettings(limit_newcomers="2/hour")
    app = create_app(settings, KnowledgeSettings(data_dir=tmp_path), retriever=ListRetriever(documents=[]))
    with running_app(app) as url:
        tried = ["agent_1", site.texts["agent"], "agent_2", site.texts["agent"]]
        answers = [httpx.post(f"{url}/api/v1/agents/sessions", json={"key": key}) for key in tried]
    assert [answer.status_code for answer in answers] == [401, 200, 401, 429]


def test_an_agents_token_and_a_visitors_are_not_taken_for_each_other(served: Served) -> None:
    sessions = f"{served.url}/api/v1/agents/sessions"
    agents = httpx.post(sessions, json={"key": served.site.texts["agent"]}).json()["token"]
    for visitors in (served.site.token(), served.site.token(proof=served.site.proof())):
        headers = {"Authorization": f"Bearer {visitors}", "Origin": ORIGIN}
        for path in ("drafts", "drafts/summary"):
            refused = httpx.post(f"{served.url}/api/v1/{path}", json={"messages": [MAIL]}, headers=headers)
            assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-for-you")
        renewed = httpx.post(sessions, json={}, headers=headers)
        assert renewed.status_code == 401
    claims = jwt.decode(agents, options={"verify_signature": False})
    visitors_key = served.site.secret.key("visitor tokens of default")
    forged = jwt.encode(claims, visitors_key, algorithm="HS256", headers={"typ": "agent+jwt", "kid": "default"})
    refused = httpx.get(f"{served.url}/v1/models", headers={"Authorization": f"Bearer {forged}"})
    assert refused.status_code == 401


def _expired(served: Served, *, since: int) -> str:
    token = httpx.post(f"{served.url}/api/v1/agents/sessions", json={"key": served.site.texts["agent"]}).json()["token"]
    claims = jwt.decode(token, options={"verify_signature": False}) | {"exp": _now(-10), "since": _now(-since)}
    key = served.site.secret.key("agents' tokens of default")
    return jwt.encode(claims, key, algorithm="HS256", headers={"typ": "agent+jwt", "kid": "default"})


def test_a_token_is_renewed_for_a_working_day(served: Served) -> None:
    sessions = f"{served.url}/api/v1/agents/sessions"
    headers = {"Authorization": f"Bearer {_expired(served, since=11 * 3_600)}"}
    refused = httpx.post(f"{served.url}/api/v1/drafts", json={"messages": [MAIL]}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/token-expired")
    assert httpx.post(sessions, json={}, headers=headers).status_code == 200
    headers = {"Authorization": f"Bearer {_expired(served, since=13 * 3_600)}"}
    assert httpx.post(sessions, json={}, headers=headers).json()["type"] == "/problems/token-expired"
