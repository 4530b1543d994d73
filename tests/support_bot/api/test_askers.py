"""Every route against everybody who may come: a route that this table does not know fails the test."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.running import running
from tests.support_bot.access.site import ORIGIN, SetUp, set_up

pytestmark = pytest.mark.slow  # it serves an index

_MESSAGE = {"message_id": "m_" + "0" * 32, "rating": "up"}
_ASKED = {"message": "How do I add my own articles?"}
_HANDED = {"email": "ada@example.com", "message": "My refund has not come."}
_OPENAI = {"messages": [{"role": "user", "content": "How do I add my own articles?"}]}
_TICKET = {"messages": [{"id": "1", "from": "customer", "text": "How do I add my own articles?"}]}
_NOTE = {"host": "chatwoot", "account_id": 1, "conversation_id": 1, "text": "A draft."}
_KNOWN = ("visitor", "customer", "service", "agent", "admin")
_UNKNOWN = ("nobody", "site key", "ended key", "wrong key", "other site's visitor", "other site's service", "proof")
_STAFF = ("agent", "admin")
_ADMIN = ("admin",)
_EVERYBODY = ("nobody",)
_READERS = (*_KNOWN, "nobody")


class Row(NamedTuple):
    """A route, a request for it, and who may make it. Pages that look at no token are open to everybody."""

    method: str
    route: str
    path: str
    body: Mapping[str, object] | None
    allowed: tuple[str, ...]
    looks_at_tokens: bool = True


_MATRIX = (
    Row("POST", "/api/v1/chat", "/api/v1/chat", _ASKED, _KNOWN),
    Row("GET", "/api/v1/chat/{message_id}/stream", "/api/v1/chat/m_0/stream", None, _KNOWN),
    Row("POST", "/api/v1/chat/{message_id}/stop", "/api/v1/chat/m_0/stop", None, _KNOWN),
    Row("GET", "/api/v1/conversations", "/api/v1/conversations", None, _KNOWN),
    Row("DELETE", "/api/v1/conversations", "/api/v1/conversations", None, _KNOWN),
    Row("GET", "/api/v1/conversations/{conversation_id}", "/api/v1/conversations/c_0", None, _KNOWN),
    Row("DELETE", "/api/v1/conversations/{conversation_id}", "/api/v1/conversations/c_0", None, _KNOWN),
    Row("POST", "/api/v1/feedback", "/api/v1/feedback", _MESSAGE, _KNOWN),
    Row("POST", "/api/v1/handoff", "/api/v1/handoff", _HANDED, _KNOWN),
    Row("GET", "/api/v1/handoff/{handoff_id}", "/api/v1/handoff/h_0", None, _KNOWN),
    Row("POST", "/api/v1/handoff/nearest", "/api/v1/handoff/nearest", _ASKED, _KNOWN),
    Row("GET", "/api/v1/admin/conversations", "/api/v1/admin/conversations?owner=nobody", None, _ADMIN),
    Row("DELETE", "/api/v1/admin/conversations", "/api/v1/admin/conversations?owner=nobody", None, _ADMIN),
    Row("GET", "/api/v1/admin/conversations/{conversation_id}", "/api/v1/admin/conversations/c_0", None, _STAFF),
    Row("DELETE", "/api/v1/admin/conversations/{conversation_id}", "/api/v1/admin/conversations/c_0", None, _ADMIN),
    Row("POST", "/api/v1/drafts", "/api/v1/drafts", _TICKET, _STAFF),
    Row("POST", "/api/v1/drafts/summary", "/api/v1/drafts/summary", _TICKET, _STAFF),
    Row("POST", "/api/v1/drafts/{draft_id}/fate", "/api/v1/drafts/d_0/fate", {"fate": "inserted"}, _STAFF),
    Row("POST", "/api/v1/drafts/{draft_id}/note", "/api/v1/drafts/d_0/note", _NOTE, _STAFF),
    Row("GET", "/v1/models", "/v1/models", None, _KNOWN),
    Row("POST", "/v1/chat/completions", "/v1/chat/completions", _OPENAI, _KNOWN),
    Row("GET", "/sources/{document_id}", "/sources/none", None, _READERS),
    Row("POST", "/api/v1/sessions", "/api/v1/sessions", {"site_key": "pk_0"}, ()),
    Row("POST", "/api/v1/agents/sessions", "/api/v1/agents/sessions", {"key": "agent_0"}, ()),
    Row("GET", "/api/v1/widget/config", "/api/v1/widget/config", None, _EVERYBODY, looks_at_tokens=False),
    Row("GET", "/healthz", "/healthz", None, _EVERYBODY, looks_at_tokens=False),
    Row("GET", "/readyz", "/readyz", None, _EVERYBODY, looks_at_tokens=False),
    Row("GET", "/problems/{slug}", "/problems/not-found", None, _EVERYBODY, looks_at_tokens=False),
    Row("GET", "/", "/", None, _EVERYBODY, looks_at_tokens=False),
    Row("GET", "/design", "/design", None, _EVERYBODY, looks_at_tokens=False),
    Row("GET", "/panel", "/panel", None, _EVERYBODY, looks_at_tokens=False),
    Row("POST", "/panel", "/panel", None, _EVERYBODY, looks_at_tokens=False),
    Row("GET", "/metrics", "/metrics", None, _EVERYBODY, looks_at_tokens=False),
    Row("GET", "/openapi.json", "/openapi.json", None, _EVERYBODY, looks_at_tokens=False),
)


class Served(NamedTuple):
    """A server whose site is set up, and what everybody sends as Authorization."""

    url: str
    site: SetUp
    authorizations: dict[str, str]


@pytest.fixture(scope="module")
def data_dir(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(sample_data, tmp_path_factory.mktemp("askers") / "data")


@pytest.fixture(scope="module")
def served(data_dir: Path) -> Iterator[Served]:
    site, other = set_up(data_dir), set_up(data_dir, name="other")
    ended = set_up(data_dir, name="default")
    site.registry.end_key(ended.keys["admin"].id)
    tokens = {
        "visitor": site.token(),
        "customer": site.token(proof=site.proof()),
        "service": site.texts["service"],
        "agent": site.texts["agent"],
        "admin": site.texts["admin"],
        "site key": site.texts["site"],
        "ended key": ended.texts["admin"],
        "wrong key": "sk_00000000_0",
        "other site's visitor": other.token(),
        "other site's service": other.texts["service"],
        "proof": site.proof(),
    }
    with running(SupportBotSettings(), data_dir) as url:
        yield Served(url, site, {"nobody": "", **{who: f"Bearer {token}" for who, token in tokens.items()}})


def _answered(served: Served, row: Row, who: str, **headers: str) -> httpx.Response:
    if served.authorizations[who]:
        headers["Authorization"] = served.authorizations[who]
    headers["Accept"] = "application/json"
    return httpx.request(row.method, f"{served.url}{row.path}", json=row.body, headers=headers, timeout=30)


def test_no_route_is_missing_from_the_table() -> None:
    app = create_app(SupportBotSettings(), KnowledgeSettings())
    routes = {
        (method, route.path)
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or {"mounted"}) - {"HEAD"}
    }
    assert routes == {(row.method, row.route) for row in _MATRIX} | {("mounted", "/static")}


@pytest.mark.parametrize("who", [*_KNOWN, *_UNKNOWN])
@pytest.mark.parametrize("row", _MATRIX, ids=lambda row: f"{row.method} {row.route}")
def test_a_route_is_open_to_whom_it_is_for(served: Served, row: Row, who: str) -> None:
    response = _answered(served, row, who)
    if who in row.allowed or not row.looks_at_tokens:
        assert response.status_code in (200, 204, 404)
        return
    assert response.status_code in (401, 403)
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code == 401) == ("www-authenticate" in response.headers)


@pytest.mark.parametrize("who", _KNOWN)
def test_nobody_is_answered_on_a_page_of_a_website_that_is_not_listed(served: Served, who: str) -> None:
    for row in _MATRIX:
        if row.looks_at_tokens:
            refused = _answered(served, row, who, Origin="https://evil.example")
            assert (refused.status_code, refused.json()["type"]) == (403, "/problems/origin-refused")
            assert "access-control-allow-origin" not in refused.headers


def test_a_page_gets_a_token_and_asks_with_it(served: Served) -> None:
    page = {"Origin": ORIGIN}
    asked = {"site_key": served.site.texts["site"], "proof": served.site.proof("ada")}
    session = httpx.post(f"{served.url}/api/v1/sessions", json=asked, headers=page)
    assert session.json().items() >= {"expires_in": 3600, "kind": "customer"}.items()
    assert session.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in session.headers
    assert "set-cookie" not in session.headers
    page |= {"Authorization": f"Bearer {session.json()['token']}", "Accept": "application/json"}
    answer = httpx.post(f"{served.url}/api/v1/chat", json=_ASKED, headers=page, timeout=30)
    assert answer.json()["outcome"] == "answered"


def test_a_wrong_key_and_a_wrong_proof_are_told_apart(served: Served) -> None:
    origin = {"Origin": ORIGIN}
    asked = {"site_key": served.site.texts["site"], "proof": "a.b.c"}
    refused = httpx.post(f"{served.url}/api/v1/sessions", json=asked, headers=origin)
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/proof-refused")
    asked = {"site_key": "pk_0"}
    refused = httpx.post(f"{served.url}/api/v1/sessions", json=asked, headers=origin)
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/key-refused")


def test_a_page_asks_the_browser_before_it_sends_a_token(served: Served) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    allowed = httpx.options(f"{served.url}/api/v1/chat", headers=asked)
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "authorization" in allowed.headers["access-control-allow-headers"].lower()


def test_a_pages_own_server_gives_it_a_token(served: Served) -> None:
    home = httpx.get(served.url).text
    assert f'data-site-key="{served.site.texts["site"]}"' not in home  # another key is newer
    assert 'data-site-key="pk_' in home
    asked = {"site_key": served.site.texts["site"]}
    assert httpx.post(f"{served.url}/api/v1/sessions", json=asked, headers={"Origin": served.url}).status_code == 200


def test_a_running_server_refuses_a_key_from_the_moment_that_it_is_revoked(served: Served) -> None:
    with_key = set_up(served.site.registry._file.parent.parent)
    headers = {"Authorization": f"Bearer {with_key.texts['service']}"}
    assert httpx.get(f"{served.url}/v1/models", headers=headers).status_code == 200
    with_key.registry.end_key(with_key.keys["service"].id)
    assert httpx.get(f"{served.url}/v1/models", headers=headers).status_code == 401


def test_where_proof_is_required_no_way_is_open_to_others(data_dir: Path, served: Served) -> None:
    site = set_up(data_dir, name="strict", proof="required")
    shutil.copytree(data_dir / "index" / "default", data_dir / "index" / "strict")
    with running(SupportBotSettings(site="strict"), data_dir) as url:
        for row in _MATRIX:
            if row.looks_at_tokens and row.allowed not in (_READERS, ()):
                refused = httpx.request(row.method, f"{url}{row.path}", json=row.body)
                assert refused.json()["type"] == "/problems/token-missing"
        asked = {"site_key": site.texts["site"]}
        refused = httpx.post(f"{url}/api/v1/sessions", json=asked, headers={"Origin": ORIGIN})
        assert refused.json()["type"] == "/problems/token-missing"
