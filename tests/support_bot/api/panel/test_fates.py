"""What is kept of a draft once it has been given, and what its agent says of it."""

import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.keeping import fates_of, ledger_of, open_store
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running_app, settings_for
from tests.support_bot.access.site import SetUp, set_up
from tests.support_bot.api.panel.agent import MAIL, Agent, all_of
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_UNKNOWN = "d_" + "0" * 32


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Agent, SetUp, KnowledgeSettings]]:
    knowledge = KnowledgeSettings(data_dir=tmp_path_factory.mktemp("fates"))
    site = set_up(knowledge.data_dir)
    retriever = ListRetriever(documents=documents("internal", log_odds=9.0))
    with FakeLLM() as llm, running_app(create_app(settings_for(llm), knowledge, retriever=retriever)) as url:
        yield Agent(url, llm, retriever, {"Authorization": f"Bearer {site.texts['agent']}"}), site, knowledge


def test_a_drafts_fate_is_told_by_the_agent_who_has_it(served: tuple[Agent, SetUp, KnowledgeSettings]) -> None:
    agent, site, knowledge = served
    events = agent.draft(host="zendesk", ticket_id="4711", subject="My secret plan")
    draft_id = all_of(events, "meta")[0]["draft_id"]
    assert agent.post(f"/{draft_id}/fate", fate="inserted", text="Hello, all else.", rating="up").status_code == 204
    assert agent.post(f"/{_UNKNOWN}/fate", fate="inserted").status_code == 404
    other = {"Authorization": f"Bearer {site.texts['admin']}"}
    refused = httpx.post(f"{agent.url}/api/v1/drafts/{draft_id}/fate", json={"fate": "discarded"}, headers=other)
    assert refused.status_code == 404

    store = open_store(SupportBotSettings(), knowledge)
    [kept] = fates_of(SupportBotSettings(), knowledge, store).kept()
    store.close()
    assert kept.items() >= {"id": draft_id, "host": "zendesk", "fate": "inserted", "rating": "up"}.items()
    assert (kept["internal"], kept["documents"]) == (2, ["refunds"])
    assert kept["cost"] > 0
    assert kept["edited"] > 0.5


def test_an_agent_and_an_administrator_erase_what_became_of_drafts(
    served: tuple[Agent, SetUp, KnowledgeSettings],
) -> None:
    agent, site, _ = served
    admin = {"Authorization": f"Bearer {site.texts['admin']}"}
    owner = f"agent:{site.keys['agent'].id}"
    erasing: tuple[Callable[[], httpx.Response], ...] = (
        lambda: httpx.delete(f"{agent.url}/api/v1/conversations", headers=agent.headers),
        lambda: httpx.delete(f"{agent.url}/api/v1/admin/conversations", params={"owner": owner}, headers=admin),
    )
    for erase in erasing:
        draft_id = all_of(agent.draft(), "meta")[0]["draft_id"]
        assert erase().status_code == 204
        assert agent.post(f"/{draft_id}/fate", fate="inserted").status_code == 404


def test_drafts_are_counted_apart_from_answers(served: tuple[Agent, SetUp, KnowledgeSettings]) -> None:
    agent, _, _ = served

    def counted() -> dict[str, float]:
        lines = httpx.get(f"{agent.url}/metrics").text.splitlines()
        return {name: float(value) for line in lines if "#" not in line for name, value in [line.rsplit(" ", 1)]}

    before = counted()
    events = agent.draft()
    agent.draft("/summary")
    after = counted()

    def grown(name: str) -> float:
        return after.get(name, 0.0) - before.get(name, 0.0)

    assert grown('support_bot_drafts_total{kind="draft",mode="generated",outcome="answered"}') == 1
    assert sum(grown(name) for name in after if name.startswith('support_bot_drafts_total{kind="summary"')) == 1
    assert sum(grown(name) for name in after if name.startswith("support_bot_answers_total")) == 0
    assert grown("support_bot_llm_cost_dollars_total") >= all_of(events, "done")[0]["cost"] > 0


def test_a_model_is_let_go_when_the_panel_is_closed_and_the_draft_so_far_is_kept(
    served: tuple[Agent, SetUp, KnowledgeSettings],
) -> None:
    agent, _, _ = served
    agent.llm.then(Scenario(stall_after=14))
    body = {"messages": [MAIL]}
    with httpx.stream("POST", f"{agent.url}/api/v1/drafts", json=body, headers=agent.headers, timeout=30) as response:
        draft_id = ""
        for line in response.iter_lines():
            if '"draft_id"' in line:
                draft_id = json.loads(line.removeprefix("data: "))["draft_id"]
            if line == "event: delta":
                break
    assert agent.llm.client_left.wait(timeout=30)
    # What there is of it may be used: it is kept once the server has let it go, a moment after the model.
    deadline = time.monotonic() + 30
    while (told := agent.post(f"/{draft_id}/fate", fate="inserted").status_code) == 404 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert told == 204


def test_nothing_of_a_ticket_lies_on_the_disk(served: tuple[Agent, SetUp, KnowledgeSettings]) -> None:
    agent, _, knowledge = served
    canary = "Zanzibarquux"
    text = f"My name is {canary}. When are refunds paid?"
    agent.draft(ticket_id=f"t-{canary}", subject=canary, customer=canary, messages=[{**MAIL, "text": text}])
    agent.draft("/summary", ticket_id=f"t-{canary}", subject=canary, messages=[{**MAIL, "text": text}])
    agent.draft(question=f"When are refunds paid to {canary}?")
    for file in knowledge.data_dir.rglob("*"):
        assert file.is_dir() or canary.encode() not in file.read_bytes(), file


def test_what_a_draft_cost_counts_for_the_site(served: tuple[Agent, SetUp, KnowledgeSettings]) -> None:
    agent, _, knowledge = served
    settings = SupportBotSettings()
    store = open_store(settings, knowledge)
    before = ledger_of(settings, store).standing()[0].cost
    events = agent.draft()
    spent = ledger_of(settings, store).standing()[0].cost - before
    store.close()
    assert spent == pytest.approx(all_of(events, "done")[0]["cost"])
    assert spent > 0


def test_beyond_the_cap_the_articles_are_quoted(tmp_path_factory: pytest.TempPathFactory) -> None:
    knowledge = KnowledgeSettings(data_dir=tmp_path_factory.mktemp("capped"))
    site = set_up(knowledge.data_dir)
    retriever = ListRetriever(documents=documents(log_odds=9.0))
    with FakeLLM() as llm:
        settings = settings_for(llm).model_copy(update={"daily_cap": 1e-9})
        with running_app(create_app(settings, knowledge, retriever=retriever)) as url:
            agent = Agent(url, llm, retriever, {"Authorization": f"Bearer {site.texts['agent']}"})
            agent.draft()  # what it costs is known only afterwards
            verdict = all_of(agent.draft(), "verdict")[0]
        assert len(llm.requests) == 1
    assert (verdict["mode"], verdict["degraded"]) == ("extractive", "budget")
