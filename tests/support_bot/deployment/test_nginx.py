from collections.abc import Iterator

import httpx
import pytest

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from support_bot.doctor import streaming
from tests.fake_llm import FakeLLM, Scenario
from tests.nginx import HOST, NGINX, behind_nginx
from tests.running import running_app, settings_for
from tests.support_bot.access.site import set_up
from tests.support_bot.api.events import events_of
from tests.support_bot.listed import ListRetriever, documents

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed: what it does to a stream is not tested"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeLLM]:
    with FakeLLM() as llm:
        yield llm


@pytest.fixture(scope="module")
def clients(server: FakeLLM, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, str]]:
    """A client behind nginx, and the address without it."""
    patient = {"llm_idle_seconds": 60, "llm_first_token_seconds": 60, "public_url": f"https://{HOST}"}
    data_dir = tmp_path_factory.mktemp("data")
    key = set_up(data_dir).texts["service"]
    app = create_app(
        settings_for(server).model_copy(update=patient),
        KnowledgeSettings(data_dir=data_dir),
        retriever=ListRetriever(documents=documents()),
    )
    with running_app(app) as address, behind_nginx(address) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        yield client, address


@pytest.fixture
def llm(server: FakeLLM) -> FakeLLM:
    server.reset()
    return server


def test_an_answer_s_first_words_arrive_while_the_model_still_writes(
    llm: FakeLLM, clients: tuple[httpx.Client, str]
) -> None:
    llm.scenario = Scenario(is_held=True)
    seen = []
    with clients[0].stream("POST", "/api/v1/chat", json={"message": "When are refunds paid?"}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in response.headers
        for line in response.iter_lines():
            if line.startswith("event: "):
                seen.append(line.removeprefix("event: "))
            if line == "event: delta":
                llm.release.set()  # nothing but this lets the model end, so the words did not wait for its end
    assert seen.index("delta") < seen.index("done")
    assert seen[0] == "meta"
    assert seen[-1] == "done"


def test_an_answer_is_the_same_behind_nginx_and_without(llm: FakeLLM, clients: tuple[httpx.Client, str]) -> None:
    client, address = clients
    question = {"message": "When are refunds paid?"}
    whole = client.post("/api/v1/chat", json=question, headers={"Accept": "application/json"})
    assert whole.status_code == 200
    headers = {"Authorization": client.headers["Authorization"]}
    said = "".join(data["text"] for name, data in events_of(address, headers=headers, **question) if name == "delta")
    assert whole.json()["text"] == said


def test_nobody_reads_the_figures_by_way_of_nginx(clients: tuple[httpx.Client, str]) -> None:
    assert clients[0].get("/metrics").status_code == 404
    assert clients[0].get("/healthz").json() == {"status": "ok"}


def test_a_request_that_the_bot_would_take_passes_nginx_and_a_larger_one_does_not(
    clients: tuple[httpx.Client, str],
) -> None:
    assert clients[0].post("/api/v1/chat", content=b"x" * 250_000).status_code == 415
    assert clients[0].post("/api/v1/chat", content=b"x" * 300_000).status_code == 413


def test_the_links_of_an_answer_lead_through_nginx(llm: FakeLLM, clients: tuple[httpx.Client, str]) -> None:
    question = {"message": "When are refunds paid?"}
    answer = clients[0].post("/api/v1/chat", json=question, headers={"Accept": "application/json"}).json()
    assert {source["url"].split("/sources/")[0] for source in answer["sources"]} == {f"https://{HOST}"}


def test_the_doctor_notices_an_nginx_that_holds_words_back(llm: FakeLLM, clients: tuple[httpx.Client, str]) -> None:
    llm.scenario = Scenario(pause=0.1)  # the answer takes seconds
    with behind_nginx(clients[1], holds_back=True) as client:
        client.headers["Authorization"] = clients[0].headers["Authorization"]
        found = streaming(client)
    assert found.state == "wrong"
    assert "set proxy_buffering off and gzip off" in found.remedy
