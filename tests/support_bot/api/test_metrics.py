import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.app import create_app
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running_app, settings_for
from tests.support_bot.api.events import ask, events_of
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_QUESTION = "When are refunds paid to jane@example.com?"


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM() as llm:
        yield llm


@contextmanager
def _served(llm: FakeLLM, data_dir: Path, *, public_url: str = "") -> Iterator[str]:
    changed = {"metrics_token": SecretStr("s3cret"), "public_url": public_url, "resume_seconds": 0}
    settings = settings_for(llm).model_copy(update=changed)
    app = create_app(settings, KnowledgeSettings(data_dir=data_dir), retriever=ListRetriever(documents=documents()))
    with running_app(app) as url:
        yield url


@pytest.fixture
def url(llm: FakeLLM, tmp_path: Path) -> Iterator[str]:
    with _served(llm, tmp_path) as url:
        yield url


@pytest.fixture
def public_url(llm: FakeLLM, tmp_path: Path) -> Iterator[str]:
    """The address of a server that others reach by another name."""
    with _served(llm, tmp_path, public_url="https://help.example.com") as url:
        yield url


def _figures(url: str) -> dict[tuple[str, ...], float]:
    response = httpx.get(f"{url}/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name.removeprefix("support_bot_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def _figures_once(url: str, name: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    """Return the figures once this one is 1."""
    waited = threading.Event()
    for _ in range(1_500):
        if (figures := _figures(url)).get(name) == 1:
            return figures
        waited.wait(0.02)
    pytest.fail(f"{name} is {figures.get(name)}")


def test_answers_their_times_and_tokens_are_counted(url: str) -> None:
    asked = [ask(url, _QUESTION), ask(url, _QUESTION)]
    figures = _figures(url)
    assert sum(value for name, value in figures.items() if name[0] == "answers_total") == 2
    assert figures["answers_total", "generated", asked[0]["outcome"]] == 2
    assert figures["answer_seconds_count",] == figures["first_words_seconds_count",] == 2
    assert figures["llm_tokens_total", "output"] == sum(answer["usage"]["output_tokens"] for answer in asked)
    assert figures["answers_running",] == 0


def test_what_the_model_failed_is_counted_by_kind(llm: FakeLLM, url: str) -> None:
    llm.scenario = Scenario(status=401)
    ask(url, _QUESTION)
    figures = _figures(url)
    assert figures["llm_failures_total", "auth"] == 1
    assert figures["llm_left_alone",] == 1
    assert figures["answers_total", "extractive", "answered"] == 1


def test_no_text_and_no_id_is_among_the_figures(url: str) -> None:
    events = events_of(url, _QUESTION)
    text = httpx.get(f"{url}/metrics").text.lower()
    for word in (
        "jane",
        "example.com",
        "refund",
        "s3cret",
        events[0][1]["message_id"],
        events[0][1]["conversation_id"],
    ):
        assert word not in text


def test_an_asker_who_leaves_is_counted_and_leaves_none_running(llm: FakeLLM, url: str) -> None:
    llm.scenario = Scenario(stall_after=3)
    with httpx.stream("POST", f"{url}/api/v1/chat", json={"message": _QUESTION}, timeout=30) as response:
        lines = response.iter_lines()  # httpx hangs up once nobody has them
        assert next(line for line in lines if line == "event: meta")
        assert _figures_once(url, ("llm_inflight",))["answers_running",] == 1
    figures = _figures_once(url, ("answers_total", "none", "aborted"))
    assert figures["answers_running",] == figures["llm_inflight",] == 0


def test_before_the_first_import_there_are_no_figures_of_an_index(url: str) -> None:
    assert _figures(url)["index_generation",] == 0


def test_the_figures_of_the_index_and_of_the_last_import_are_among_them(extractive_url: str, sample_data: Path) -> None:
    figures = _figures(extractive_url)
    assert figures["index_generation",] == 1
    assert figures["index_age_seconds",] >= 0
    assert figures["index_documents",] > 20


def test_what_an_import_left_is_shown_too(url: str, tmp_path: Path) -> None:
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "default.prom").write_text('support_bot_ingest_last_exit_code{site="default"} 3.0\n')
    assert _figures(url)["ingest_last_exit_code", "default"] == 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "help.example.com"}, 404),  # nginx passes on what others ask
        ({"X-Forwarded-For": "203.0.113.9"}, 404),
        ({"X-Forwarded-For": "127.0.0.1"}, 404),
        ({"Forwarded": "for=127.0.0.1"}, 404),
        ({"Host": "help.example.com", "Authorization": "Bearer wrong"}, 404),
        ({"Host": "help.example.com", "Authorization": "s3cret"}, 404),
        ({"Host": "help.example.com", "Authorization": "Bearer s3cret"}, 200),
        ({"Host": "help.example.com", "X-Forwarded-For": "203.0.113.9", "Authorization": "Bearer s3cret"}, 200),
    ],
)
def test_this_machine_and_whoever_has_the_token_may_read_them(
    public_url: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(f"{public_url}/metrics", headers=headers).status_code == status


def test_without_a_token_set_none_is_right(extractive_url: str) -> None:
    for token in ("", "Bearer ", "Bearer"):
        headers = {"X-Forwarded-For": "203.0.113.9", "Authorization": token}
        with suppress(httpx.LocalProtocolError):  # httpx refuses to send what no header may be
            assert httpx.get(f"{extractive_url}/metrics", headers=headers).status_code == 404
