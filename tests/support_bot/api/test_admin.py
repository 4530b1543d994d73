"""What the site's own people read of others' conversations, take away and erase."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from pydantic import SecretStr

from knowledge.hidden import Hidden
from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM
from tests.running import running_app
from tests.support_bot.access.site import set_up
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_ADMIN = "/api/v1/admin/conversations"


class Served(NamedTuple):
    """A server, its data directory, and what everybody sends."""

    url: str
    data_dir: Path
    headers: dict[str, dict[str, str]]

    def ask(self, who: str, name: str) -> dict[str, Any]:
        """Return the answer to somebody's question."""
        asked = {"message": "When are refunds paid?", "conversation_id": name}
        headers = {**self.headers[who], "Accept": "application/json"}
        answer: dict[str, Any] = httpx.post(f"{self.url}/api/v1/chat", json=asked, headers=headers, timeout=30).json()
        return answer

    def read(self, name: str, who: str = "agent") -> list[dict[str, Any]]:
        """Return the messages of a conversation, none where there is no such conversation."""
        found = httpx.get(f"{self.url}{_ADMIN}/{name}", headers=self.headers[who])
        messages: list[dict[str, Any]] = found.json()["messages"] if found.status_code == 200 else []
        return messages

    def exported(self, **of: str) -> list[dict[str, Any]]:
        """Return all that is kept, or all of one asker."""
        found = httpx.get(f"{self.url}{_ADMIN}", params=of, headers=self.headers["admin"])
        return [json.loads(line) for line in found.text.splitlines()]

    def erased(self, path: str = "", **of: str) -> int:
        """Return what erasing is answered by."""
        return httpx.delete(f"{self.url}{_ADMIN}{path}", params=of, headers=self.headers["admin"]).status_code


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    site = set_up(tmp_path)
    tokens = {who: site.token(proof=site.proof(who)) for who in ("ada", "bea")}
    tokens |= {"agent": site.texts["agent"], "admin": site.texts["admin"]}
    headers = {who: {"Authorization": f"Bearer {token}"} for who, token in tokens.items()}
    with FakeLLM() as llm:
        llm.replies("Refunds are paid within 5 business days [1]. Refunds are paid within 90 business days [1].")
        settings = SupportBotSettings(llm_base_url=llm.base_url, llm_api_key=SecretStr(llm.key), llm_model="glm")
        retriever = ListRetriever(documents=documents(log_odds=4.0))
        app = create_app(settings, KnowledgeSettings(data_dir=tmp_path), retriever=retriever)
        with running_app(app) as url:
            yield Served(url, tmp_path, headers)


def test_how_an_answer_came_about_is_told_to_the_site_s_own_people(served: Served) -> None:
    answer = served.ask("ada", "c_1")
    assert answer["outcome"] == "partial"
    [message] = served.read("c_1")
    assert served.read(answer["message_id"], "admin") == [message]
    assert (message["answer"], message["owner"], message["model"]) == (answer, "customer:ada", "glm")
    trace = message["trace"]
    assert [candidate["document"] for candidate in trace["candidates"]] == ["refunds", "refunds", "lamps"]
    [withheld] = trace["withheld"]
    assert (withheld["failure"], "90 business days" in withheld["text"]) == ("number_mismatch", True)
    assert trace["confidence"] == pytest.approx(answer["confidence"], abs=0.001)
    moments = trace["milliseconds"]
    assert moments["searching"] <= moments["found"] <= moments["delta"] <= moments["done"]


def test_what_an_asker_sees_of_their_own_holds_nothing_of_the_trace(served: Served) -> None:
    served.ask("ada", "c_1")
    own = httpx.get(f"{served.url}/api/v1/conversations/c_1", headers=served.headers["ada"]).text
    assert '"candidates"' not in own
    assert "90 business days" not in own


def test_a_hidden_article_s_words_are_gone_from_the_trace(served: Served) -> None:
    served.ask("ada", "c_1")
    Hidden(served.data_dir, "default").hide("refunds", source="refunds.md")
    [message] = served.read("c_1")
    assert (message["withdrawn"], message["answer"], message["trace"]) == (True, None, None)


def test_everything_or_all_of_one_asker_is_exported_and_erased(served: Served) -> None:
    for who, name in (("ada", "c_1"), ("ada", "c_2"), ("bea", "c_1")):
        served.ask(who, name)
    everything = served.exported()
    assert [message["owner"] for message in everything] == ["customer:ada", "customer:ada", "customer:bea"]
    assert everything[0]["trace"]["candidates"]
    assert served.exported(owner="customer:bea") == everything[2:]
    assert len(served.read("c_1")) == 2  # a name is one asker's own: another may have the same

    assert served.erased(owner="customer:nobody") == 404
    assert served.erased("/c_3") == 404
    assert served.erased("/c_2") == 204
    assert served.exported() == [everything[0], everything[2]]
    assert served.erased(owner="customer:ada") == 204
    assert served.exported() == everything[2:]
    assert served.erased(f"/{everything[2]['message_id']}") == 204
    assert served.exported() == []


def test_nothing_is_erased_without_a_word_of_whose_it_is(served: Served) -> None:
    served.ask("ada", "c_1")
    assert served.erased() == 422
    assert served.erased(owner="") == 422
    assert served.erased(owner="customer:a\0da") == 422
    assert len(served.exported()) == 1
