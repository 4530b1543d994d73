"""A message to a person, from the request to the helpdesk and back."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.desks import ZendeskDesk
from tests.running import running_app
from tests.support_bot.access.site import set_up
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_WANTED = {"email": "ada@example.com", "name": "Ada", "message": "My refund has not come."}
_REPLY_TIME = "within one working day"


@dataclass
class Served:
    """A server that hands over to a Zendesk, and what two visitors send."""

    url: str
    desk: ZendeskDesk
    mine: dict[str, str]
    theirs: dict[str, str]

    def hand_over(self, *, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        body = {**_WANTED, **fields}
        return httpx.post(f"{self.url}/api/v1/handoff", json=body, headers=headers or self.mine, timeout=30)

    def ask(self, message: str) -> dict[str, Any]:
        headers = {**self.mine, "Accept": "application/json"}
        asked = httpx.post(f"{self.url}/api/v1/chat", json={"message": message}, headers=headers, timeout=30)
        answer: dict[str, Any] = asked.json()
        return answer


def _app_of(data_dir: Path, **settings: Any) -> Any:
    wide = {"limit_visitor": "1000/hour", "limit_address": "1000/hour"}
    chosen = SupportBotSettings.model_validate({**wide, **settings})
    retriever = ListRetriever(documents=documents(cosine=0.9, coverage=1.0))
    return create_app(chosen, KnowledgeSettings(data_dir=data_dir), retriever=retriever)


def _zendesk(url: str) -> dict[str, Any]:
    return {
        "handoff_to": "zendesk",
        "handoff_zendesk_url": url,
        "handoff_zendesk_user": "agent@example.com",
        "handoff_zendesk_token": SecretStr("t0ken"),
        "handoff_reply_time": _REPLY_TIME,
    }


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("handoff")
    site = set_up(data_dir)
    mine, theirs = ({"Authorization": f"Bearer {site.token()}"} for _ in range(2))
    with ZendeskDesk() as desk, running_app(_app_of(data_dir, **_zendesk(desk.url))) as url:
        yield Served(url, desk, mine, theirs)


def test_the_visitor_is_told_the_ticket_and_the_person_what_was_said(served: Served) -> None:
    answer = served.ask("When are refunds paid?")
    handed = served.hand_over(conversation_id=answer["conversation_id"]).json()
    ticket = served.desk.tickets[-1]
    assert handed == {
        "handoff_id": ticket["external_id"],
        "conversation_id": answer["conversation_id"],
        "status": "delivered",
        "ticket": str(ticket["id"]),
        "reply_time": _REPLY_TIME,
    }
    assert "Visitor: When are refunds paid?" in ticket["comment"]["body"]
    assert answer["text"] in ticket["comment"]["body"]
    shown = httpx.get(f"{served.url}/api/v1/handoff/{handed['handoff_id']}", headers=served.mine)
    assert shown.json() == handed


def test_another_s_conversation_and_handoff_are_out_of_reach(served: Served) -> None:
    answer = served.ask("Is order 4711 refunded?")
    handed = served.hand_over(headers=served.theirs, conversation_id=answer["conversation_id"])
    assert handed.status_code == 200
    assert "4711" not in served.desk.tickets[-1]["comment"]["body"]
    foreign = httpx.get(f"{served.url}/api/v1/handoff/{handed.json()['handoff_id']}", headers=served.mine)
    unknown = httpx.get(f"{served.url}/api/v1/handoff/h_0", headers=served.mine)
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())


def test_the_same_request_is_one_ticket(served: Served) -> None:
    before = len(served.desk.tickets)
    once = {**served.mine, "Idempotency-Key": "once"}
    answers = [served.hand_over(headers=once).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(served.desk.tickets) == before + 1
    reused = served.hand_over(headers=once, message="Another")
    assert (reused.status_code, reused.json()["type"]) == (422, "/problems/key-reused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "ada"},
        {"email": "ada@example.com\r\nBcc: all@example.com"},
        {"email": "a" * 70 + "@example.com"},
        {"name": "Ada\nBcc: all@example.com"},
        {"message": " \n "},
        {"message": "x" * 4_001},
        {"owner": "customer:bea"},
    ],
)
def test_what_cannot_be_sent_is_named(served: Served, wrong: dict[str, Any]) -> None:
    refused = served.hand_over(**wrong)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-request")
    assert next(iter(wrong)) in refused.json()["detail"]


def test_a_message_in_which_nothing_can_be_seen_is_refused(served: Served) -> None:
    refused = served.hand_over(message="\x00\u200b")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/question-refused")
    shown = served.hand_over(message="Help\x00 me\u200b")
    assert (shown.status_code, served.desk.tickets[-1]["subject"]) == (200, "Help me")


def test_answers_and_the_widget_are_told_of_the_form(served: Served) -> None:
    config = httpx.get(f"{served.url}/api/v1/widget/config").json()
    assert (config["handoff"], config["handoff_url"], config["reply_time"]) == ("form", "", _REPLY_TIME)
    headers = {**served.mine, "Accept": "application/json"}
    asked = {"message": "I want to talk to a person"}
    answer = httpx.post(f"{served.url}/api/v1/chat", json=asked, headers=headers, timeout=30).json()
    assert answer["handoff"] == {"kind": "form", "url": None, "reason": "asked"}


def test_the_nearest_articles_come_without_a_model_one_of_each(served: Served) -> None:
    asked = {"message": "When are refunds paid?"}
    found = httpx.post(f"{served.url}/api/v1/handoff/nearest", json=asked, headers=served.mine).json()
    assert [(source["n"], source["title"]) for source in found["sources"]] == [(1, "Refunds"), (2, "Lamps")]


def test_figures_tell_what_was_delivered(served: Served) -> None:
    served.hand_over()
    figures = httpx.get(f"{served.url}/metrics").text
    assert "support_bot_handoffs_waiting 0.0" in figures
    assert 'support_bot_handoff_deliveries_total{result="failed"} 0.0' in figures


def test_p10_what_the_helpdesk_does_not_take_is_kept_and_told(tmp_path: Path) -> None:
    with running_app(_app_of(tmp_path, **_zendesk("http://127.0.0.1:1"))) as url:
        handed = httpx.post(f"{url}/api/v1/handoff", json=_WANTED, timeout=30).json()
        assert (handed["status"], handed["ticket"]) == ("waiting", "")
        figures = httpx.get(f"{url}/metrics").text
        assert "support_bot_handoffs_waiting 1.0" in figures
        assert 'support_bot_handoff_deliveries_total{result="failed"} 1.0' in figures
    with ZendeskDesk() as desk, running_app(_app_of(tmp_path, **_zendesk(desk.url))) as url:
        waited = threading.Event()
        while (found := httpx.get(f"{url}/api/v1/handoff/{handed['handoff_id']}").json())["status"] == "waiting":
            waited.wait(0.05)
    assert found["ticket"] == str(desk.tickets[0]["id"])
    assert len(desk.tickets) == 1


def test_where_nobody_can_be_reached_so_it_says_so(tmp_path: Path) -> None:
    with running_app(_app_of(tmp_path, handoff_url="https://example.com/contact", limit_visitor="2/hour")) as url:
        refused = httpx.post(f"{url}/api/v1/handoff", json=_WANTED)
        assert (refused.status_code, refused.json()["type"]) == (404, "/problems/nobody-to-reach")
        config = httpx.get(f"{url}/api/v1/widget/config").json()
        assert (config["handoff"], config["handoff_url"]) == ("url", "https://example.com/contact")


def test_a_visitor_writes_as_often_as_they_may_ask(tmp_path: Path) -> None:
    site = set_up(tmp_path)
    headers = {"Authorization": f"Bearer {site.token()}"}
    with running_app(_app_of(tmp_path, limit_visitor="2/hour")) as url:
        statuses = [httpx.post(f"{url}/api/v1/handoff", json=_WANTED, headers=headers).status_code for _ in range(3)]
    assert statuses == [404, 404, 429]
