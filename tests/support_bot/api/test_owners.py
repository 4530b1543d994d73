"""What one asker has said reaches nobody else: every route there is, with the ids of somebody else's conversation."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM
from tests.running import running_app
from tests.support_bot.access.site import ORIGIN, SetUp, set_up
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_SECRET = "My order 4711 came broken. When are refunds paid?"
_CANARY = "4711"
_OTHERS = ("customer", "visitor", "service", "wrong token", "nobody")


class Served(NamedTuple):
    """A server, its site, and what everybody sends as Authorization."""

    url: str
    llm: FakeLLM
    site: SetUp
    authorizations: dict[str, str]

    def ask(self, who: str, message: str, **fields: str) -> dict[str, Any]:
        """Return the answer to a question of somebody's."""
        headers = {"Authorization": self.authorizations[who], "Accept": "application/json"}
        asked = httpx.post(f"{self.url}/api/v1/chat", json={"message": message, **fields}, headers=headers, timeout=30)
        answer: dict[str, Any] = asked.json()
        return answer

    def belongings(self, who: str) -> list[dict[str, Any]]:
        """Return everything that is kept of somebody."""
        found = httpx.get(f"{self.url}/api/v1/conversations", headers={"Authorization": self.authorizations[who]})
        return [json.loads(line) for line in found.text.splitlines()]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("owners")
    site, another = set_up(data_dir), set_up(data_dir)  # the second one's keys are further keys of the same site
    tokens = {
        "owner": site.token(proof=site.proof("bea")),
        "owning visitor": site.token(),
        "owning service": site.texts["service"],
        "customer": site.token(proof=site.proof("ada")),
        "visitor": site.token(),
        "service": another.texts["service"],
        "wrong token": site.token(proof=site.proof("bea"))[:-8] + "AAAAAAAA",
    }
    authorizations = {"nobody": "", **{who: f"Bearer {token}" for who, token in tokens.items()}}
    with FakeLLM() as llm:
        llm.replies("Refunds are paid within 5 business days [1].")
        wide = {"limit_visitor": "9999/hour", "limit_address": "9999/hour", "limit_newcomers": "9999/hour"}
        settings = SupportBotSettings.model_validate(
            {**wide, "llm_base_url": llm.base_url, "llm_api_key": SecretStr(llm.key)}
        )
        retriever = ListRetriever(documents=documents(cosine=0.9, coverage=1.0))
        app = create_app(settings, KnowledgeSettings(data_dir=data_dir), retriever=retriever)
        with running_app(app) as url:
            yield Served(url, llm, site, authorizations)


def _routes() -> list[tuple[str, str]]:
    app = create_app(SupportBotSettings(), KnowledgeSettings())
    return sorted(
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or set()) - {"HEAD"}
    )


def _requests(method: str, route: str, answer: dict[str, Any]) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """Yield a path, a body and headers in which every field and parameter that takes an id has somebody else's."""
    conversation, message = answer["conversation_id"], answer["message_id"]
    ids = {"conversation_id": conversation, "message_id": message, "owner": "customer:bea"}
    path = re.sub(r"\{(\w+)\}", lambda found: ids.get(found[1], message), route)
    resuming = {"Last-Event-ID": f"{message}:1"}
    if method in ("GET", "DELETE"):
        yield path, None, {}
        yield f"{path}?owner=customer:bea&conversation_id={conversation}&message_id={message}", None, resuming
        return
    said = {"messages": [{"role": "user", "content": "And?"}], "user": "customer:bea", "metadata": ids}
    for body in (
        {"message": "And?", "conversation_id": conversation},
        {"message_id": message, "rating": "up"},
        {"site_key": "pk_0", "conversation_id": conversation},
        said,
        {},
    ):
        yield path, body, resuming


@pytest.mark.parametrize("owner", ["owner", "owning visitor", "owning service"])
def test_no_route_shows_or_changes_what_is_somebody_else_s(served: Served, owner: str) -> None:
    answer = served.ask(owner, _SECRET)
    assert answer["outcome"] == "answered"
    before = served.belongings(owner)
    served.llm.requests.clear()
    for method, route in _routes():
        for path, body, headers in _requests(method, route, answer):
            for who in _OTHERS:
                named = {**headers, **({"Authorization": served.authorizations[who]} if who != "nobody" else {})}
                response = httpx.request(method, f"{served.url}{path}", json=body, headers=named, timeout=30)
                assert _CANARY not in response.text, (method, path, body, who)
                assert response.status_code != 500
    assert _CANARY not in json.dumps([request.body for request in served.llm.requests])
    assert served.belongings(owner) == before


def test_a_foreign_id_is_told_what_an_unknown_one_is(served: Served) -> None:
    answer = served.ask("owner", _SECRET)
    unknown = {"conversation_id": "c_" + "0" * 32, "message_id": "m_" + "0" * 32}
    for method, route in _routes():
        if "{message_id}" in route or "{conversation_id}" in route:
            told = []
            for ids in (answer, unknown):
                path = route.format(**ids)
                headers = {"Authorization": served.authorizations["customer"]}
                told.append(httpx.request(method, f"{served.url}{path}", headers=headers))
            assert (told[0].status_code, told[0].text) == (told[1].status_code, told[1].text), route
            assert told[0].status_code in (403, 404)


def test_another_s_idempotency_key_and_conversation_begin_anew(served: Served) -> None:
    url, headers = f"{served.url}/api/v1/chat", {"Accept": "application/json", "Idempotency-Key": "one"}
    asked = {"message": _SECRET, "conversation_id": "c_same"}
    answers = [
        httpx.post(url, json=asked, headers={**headers, "Authorization": served.authorizations[who]}, timeout=30)
        for who in ("owner", "customer", "visitor")
    ]
    assert len({answer.json()["message_id"] for answer in answers}) == 3


def _session(served: Served, before: str, *, proof: str = "", conversation: str = "") -> httpx.Response:
    asked = {"site_key": served.site.texts["site"], "proof": proof, "conversation_id": conversation}
    headers = {"Origin": ORIGIN, "Authorization": f"Bearer {before}"}
    return httpx.post(f"{served.url}/api/v1/sessions", json=asked, headers=headers)


def test_who_signs_in_takes_this_conversation_along_and_their_old_token_is_dead(served: Served) -> None:
    visitor = served.site.token()
    served.authorizations["somebody"] = f"Bearer {visitor}"
    asked = [served.ask("somebody", _SECRET, conversation_id=name) for name in ("c_shown", "c_earlier")]
    session = _session(served, visitor, proof=served.site.proof("cleo"), conversation="c_shown")
    assert (session.status_code, session.json()["owner"]) == (200, "customer:cleo")

    served.authorizations["cleo"] = f"Bearer {session.json()['token']}"
    assert [kept["message_id"] for kept in served.belongings("cleo")] == [asked[0]["message_id"]]
    resumed = httpx.get(
        f"{served.url}/api/v1/chat/{asked[0]['message_id']}/stream",
        headers={"Authorization": served.authorizations["cleo"]},
    )
    assert "Refunds are paid" in resumed.text
    refused = httpx.get(f"{served.url}/v1/models", headers={"Authorization": f"Bearer {visitor}"})
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/token-refused")

    again = _session(served, visitor)  # by whoever still has the token
    assert again.json()["kind"] == "visitor"
    served.authorizations["again"] = f"Bearer {again.json()['token']}"
    assert served.belongings("again") == []
    other = _session(served, visitor, proof=served.site.proof("dora"), conversation="c_earlier")
    served.authorizations["dora"] = f"Bearer {other.json()['token']}"
    assert served.belongings("dora") == []


def test_who_asks_exports_and_erases_all_that_is_theirs(served: Served) -> None:
    served.authorizations["fay"] = f"Bearer {served.site.token(proof=served.site.proof('fay'))}"
    answers = [served.ask("fay", _SECRET, conversation_id=name) for name in ("c_1", "c_1", "c_2")]
    others = served.belongings("owner")
    exported = served.belongings("fay")
    assert [kept["message_id"] for kept in exported] == [answer["message_id"] for answer in answers]
    assert exported[0]["answer"] == answers[0]
    erased = httpx.delete(f"{served.url}/api/v1/conversations", headers={"Authorization": served.authorizations["fay"]})
    assert (erased.status_code, served.belongings("fay")) == (204, [])
    assert served.belongings("owner") == others


def test_what_one_user_of_a_service_has_said_reaches_no_other(served: Served) -> None:
    def request(method: str, path: str, user: str, **body: str) -> httpx.Response:
        headers = {"Authorization": served.authorizations["owning service"], "Accept": "application/json"}
        headers |= {"Support-Bot-User": user} if user else {}
        url = f"{served.url}{path}"
        return httpx.request(method, url, json=body or None, headers=headers, timeout=30)

    answer = request("POST", "/api/v1/chat", "ada", message=_SECRET).json()
    for user in ("bob", ""):
        for method, route in _routes():
            if "{message_id}" in route or "{conversation_id}" in route:
                assert request(method, route.format(**answer), user).status_code in (403, 404)
        assert answer["message_id"] not in request("GET", "/api/v1/conversations", user).text
        served.llm.requests.clear()
        request("POST", "/api/v1/chat", user, message="And gift cards?", conversation_id=answer["conversation_id"])
        assert _CANARY not in json.dumps([asked.body for asked in served.llm.requests])
    [kept] = request("GET", f"/api/v1/conversations/{answer['conversation_id']}", "ada").json()["messages"]
    assert kept["message"] == _SECRET
    headers = {"Authorization": served.authorizations["visitor"], "Support-Bot-User": "ada"}
    refused = httpx.get(f"{served.url}/api/v1/conversations", headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-for-you")
