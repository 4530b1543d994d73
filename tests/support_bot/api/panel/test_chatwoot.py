"""Drafts for a Chatwoot conversation, which the server reads for itself, and notes that it writes there."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.desks import ChatwootDesk, Faults
from tests.fake_llm import FakeLLM
from tests.running import running_app
from tests.support_bot.access.site import set_up
from tests.support_bot.api.panel.agent import Agent, all_of
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Agent, ChatwootDesk]]:
    data_dir = tmp_path_factory.mktemp("chatwoot")
    site = set_up(data_dir)
    retriever = ListRetriever(documents=documents(log_odds=9.0))
    with FakeLLM() as llm, ChatwootDesk() as desk:
        settings = SupportBotSettings(
            llm_base_url=llm.base_url,
            llm_api_key=SecretStr(llm.key),
            handoff_chatwoot_url=desk.url,
            handoff_chatwoot_account=1,
            handoff_chatwoot_token=SecretStr(desk.token),
        )
        with running_app(create_app(settings, KnowledgeSettings(data_dir=data_dir), retriever=retriever)) as url:
            yield Agent(url, llm, retriever, {"Authorization": f"Bearer {site.texts['agent']}"}), desk


def _said(number: int, text: str, *, kind: int = 0, private: bool = False) -> dict[str, Any]:
    return {"id": number, "content": text, "message_type": kind, "private": private, "created_at": 1_700_000_000}


def test_the_servers_own_copy_of_a_conversation_wins(served: tuple[Agent, ChatwootDesk]) -> None:
    agent, desk = served
    filler = [_said(n, f"Message {n} is about the lamp.", kind=n % 2) for n in range(1, 45)]
    last = [_said(45, "Assigned to Maria", kind=2), _said(46, "VIP", kind=1, private=True)]
    desk.messages[3] = [*filler, *last, _said(47, "When are refunds paid?")]
    events = agent.draft(host="chatwoot", account_id=1, conversation_id=3)
    problem = all_of(events, "problem")[0]
    assert problem["text"].endswith("When are refunds paid?")
    assert problem["message_ids"] == ["44", "47"]
    asked = agent.llm.requests[-1].body["messages"][-1]["content"]
    assert "VIP" not in asked
    summary = agent.draft("/summary", host="chatwoot", account_id=1, conversation_id=3)
    assert all_of(summary, "done")
    assert "[1]" not in str(all_of(summary, "problem"))
    assert "Message 2 is about the lamp." in agent.llm.requests[-1].body["messages"][-1]["content"]


def test_a_note_is_written_once_for_each_click(served: tuple[Agent, ChatwootDesk]) -> None:
    agent, desk = served
    desk.messages[4] = [_said(1, "Hello?")]
    note = {"host": "chatwoot", "account_id": 1, "conversation_id": 4, "text": "Refunds are paid within 5 days."}
    draft_id = all_of(agent.draft(), "meta")[0]["draft_id"]
    written = agent.post(f"/{draft_id}/note", **note)
    assert (written.status_code, written.json()) == (201, {"message_id": "2"})
    assert desk.messages[4][-1].items() >= {"content": note["text"], "private": True}.items()
    empty = agent.post(f"/{draft_id}/note", **{**note, "text": " "})
    assert empty.status_code == 422
    desk.faults = Faults(["cut after"])
    unknown = agent.post(f"/{draft_id}/note", **note)
    assert (unknown.status_code, len(desk.messages[4])) == (502, 3)
    assert "may be there" in unknown.json()["detail"]
    nobodys = agent.post(f"/d_{'0' * 32}/note", **note)
    assert (nobodys.status_code, len(desk.messages[4])) == (404, 3)


def test_a_conversation_is_read_for_chatwoots_own_panel_alone(served: tuple[Agent, ChatwootDesk]) -> None:
    agent, desk = served
    desk.messages[5] = [_said(1, "My PIN is 4711.")]
    events = agent.draft(host="zendesk", account_id=1, conversation_id=5)
    assert all_of(events, "problem")[0]["text"] == "Hello,\n\nWhen are refunds paid?"


def test_what_is_wrong_with_chatwoot_is_said(served: tuple[Agent, ChatwootDesk]) -> None:
    agent, desk = served
    other = agent.post(host="chatwoot", account_id=2, conversation_id=3)
    assert (other.status_code, other.json()["type"]) == (404, "/problems/helpdesk-missing")
    assert "account 1, not 2" in other.json()["detail"]
    unknown = agent.post(host="chatwoot", account_id=1, conversation_id=99)
    assert (unknown.status_code, unknown.json()["type"]) == (502, "/problems/helpdesk-failed")
    assert "404" in unknown.json()["detail"]
    desk.token, before = "another", desk.token
    refused = agent.post(host="chatwoot", account_id=1, conversation_id=3)
    assert "401" in refused.json()["detail"]
    desk.token = before


def test_where_no_chatwoot_is_set_the_panels_copy_is_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    data_dir = tmp_path_factory.mktemp("unset")
    site = set_up(data_dir)
    retriever = ListRetriever(documents=documents(log_odds=9.0))
    app = create_app(SupportBotSettings(), KnowledgeSettings(data_dir=data_dir), retriever=retriever)
    with FakeLLM() as llm, running_app(app) as url:
        agent = Agent(url, llm, retriever, {"Authorization": f"Bearer {site.texts['agent']}"})
        events = agent.draft(host="chatwoot", account_id=1, conversation_id=3)
        assert all_of(events, "verdict")[0].items() >= {"outcome": "answered", "mode": "extractive"}.items()
        draft_id = all_of(events, "meta")[0]["draft_id"]
        note = agent.post(f"/{draft_id}/note", host="chatwoot", account_id=1, conversation_id=3, text="x")
        assert (note.status_code, note.json()["type"]) == (404, "/problems/helpdesk-missing")
        assert "SUPPORT_BOT_HANDOFF_CHATWOOT_TOKEN" in note.json()["detail"]
