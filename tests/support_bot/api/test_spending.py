"""What answers cost, and what becomes of them when that is as much as a site may spend."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from knowledge.settings import KnowledgeSettings
from support_bot.__main__ import main
from support_bot.app import create_app
from support_bot.doctor import findings
from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM, Scenario
from tests.running import running_app
from tests.support_bot.api.events import ask, events_of
from tests.support_bot.listed import ListRetriever, documents

pytestmark = pytest.mark.slow  # it serves

_QUESTION = "When are refunds paid?"
_REPLY = "Refunds are paid within 5 business days [1]. Gift cards cannot be refunded [1]."
_ROOT = Path(__file__).parents[3]  # from which this module can be imported
_LITTLE = 0.000_001  # less than any answer costs


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM() as llm:
        llm.replies(_REPLY)
        yield llm


def _settings(llm: FakeLLM, **settings: Any) -> SupportBotSettings:
    given = {"llm_base_url": llm.base_url, "llm_api_key": SecretStr(llm.key), "limit_visitor": "1000/minute"}
    return SupportBotSettings(**{**given, "limit_address": "1000/minute", **settings})


@contextmanager
def _served(settings: SupportBotSettings, data_dir: Path) -> Iterator[str]:
    retriever = ListRetriever(documents=documents(log_odds=4.0))
    app = create_app(settings, KnowledgeSettings(data_dir=data_dir), retriever=retriever)
    with running_app(app) as url:
        yield url


def _figures(url: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(httpx.get(f"{url}/metrics").text)
    return {
        (sample.name.removeprefix("support_bot_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def _report(data_dir: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main(["costs", "--json", "--data", str(data_dir), *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_was_spent_is_told_by_answer_conversation_site_and_day(
    llm: FakeLLM, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with _served(_settings(llm), tmp_path) as url:
        answers = [ask(url, _QUESTION, conversation_id="c_1"), ask(url, "And gift cards?", conversation_id="c_1")]
        assert len(llm.requests) == 3  # one of them has the follow-up made to stand alone
        figures = _figures(url)
    cost = sum(answer["cost"] for answer in answers)
    report = _report(tmp_path, capsys)
    assert report["today"]["cost"] == report["month"]["cost"] == pytest.approx(cost)
    assert [(day["calls"], day["cost"]) for day in report["days"]] == [(3, pytest.approx(cost))]
    assert report["conversations"] == [{"name": "c_1", "answers": 2, "cost": pytest.approx(cost)}]
    of_each = _report(tmp_path, capsys, "--conversation", "c_1")
    assert [(each["name"], each["cost"]) for each in of_each] == [
        (answer["message_id"], pytest.approx(answer["cost"])) for answer in answers
    ]
    assert figures["llm_cost_dollars_total",] == figures["spent_dollars", "day"] == pytest.approx(cost)
    assert main(["costs", "--data", str(tmp_path)]) == 0
    assert f"today: ${cost:.4f}, no cap" in capsys.readouterr().out
    assert main(["costs", "--data", str(tmp_path), "--conversation", "c_2"]) == 1
    assert "keeps no such conversation: 'c_2'" in capsys.readouterr().err


@pytest.mark.parametrize("outage", ["quote", "refuse"])
def test_once_a_cap_is_reached_visitors_are_answered_from_the_articles(
    llm: FakeLLM, tmp_path: Path, outage: str
) -> None:
    settings = _settings(llm, daily_cap=_LITTLE, llm_outage=outage)
    with _served(settings, tmp_path) as url:
        first, second = ask(url, _QUESTION), ask(url, _QUESTION)
        assert (first["mode"], first["degraded"]) == ("generated", None)
        assert (second["mode"], second["degraded"], second["outcome"]) == ("extractive", "budget", "answered")
        assert second["citations"] and second["cost"] == 0
        verdict = next(data for name, data in events_of(url, _QUESTION) if name == "verdict")
        assert verdict["degraded"] == "budget"
        follow_up = ask(url, "And gift cards?", history=[{"role": "user", "text": _QUESTION}])
        assert (follow_up["degraded"], follow_up["question"]) == ("budget", "And gift cards? (refunds paid)")
        assert len(llm.requests) == 1
        figures = _figures(url)
        assert (figures["answers_over_budget_total",], figures["spending_cap_dollars", "day"]) == (3, _LITTLE)
        assert not [name for name in figures if name[0] == "llm_failures_total"]
    [spending] = [
        found
        for found in findings(settings, KnowledgeSettings(data_dir=tmp_path), days=2, call=False)
        if found.check == "spending"
    ]
    assert spending.state == "wrong" and "SUPPORT_BOT_DAILY_CAP" in spending.remedy
    with _served(settings, tmp_path) as url:  # the count stands
        assert ask(url, _QUESTION)["degraded"] == "budget"
    with _served(_settings(llm, monthly_cap=100), tmp_path) as url:
        assert ask(url, _QUESTION)["mode"] == "generated"


def test_fifty_questions_at_once_overshoot_the_cap_by_one_call_at_most(llm: FakeLLM, tmp_path: Path) -> None:
    cap = 0.003
    with _served(_settings(llm, daily_cap=cap), tmp_path) as url, ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: ask(url, _QUESTION), range(50)))
        figures = _figures(url)
    assert {answer["mode"] for answer in answers} == {"generated", "extractive"}
    assert {answer["degraded"] for answer in answers} == {None, "budget"}
    reservation = 0.0016 + 0.6e-6 * 4_000  # the longest answer, and more than the prompt has
    assert figures["spent_dollars", "day"] < cap + reservation
    assert figures["spending_held_dollars", "day"] == 0
    assert figures["spent_dollars", "day"] == pytest.approx(sum(answer["cost"] for answer in answers))


def test_a_failed_generation_costs_nothing_and_the_fallback_costs_its_own_price(
    llm: FakeLLM, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with FakeLLM() as fallback:
        fallback.replies(_REPLY)
        llm.scenario = Scenario(status=401)
        settings = _settings(
            llm,
            llm_fallback_base_url=fallback.base_url,
            llm_fallback_api_key=SecretStr(fallback.key),
            llm_fallback_model="dear",
            prices={"dear": {"input": 60.0, "output": 200.0, "cached_input": 60.0}},
        )
        with _served(settings, tmp_path) as url:
            dear = ask(url, _QUESTION)
            usage = dear["usage"]
            assert dear["cost"] == pytest.approx((usage["input_tokens"] * 60 + usage["output_tokens"] * 200) / 1e6)
            fallback.scenario = Scenario(close_after=5)
            assert ask(url, _QUESTION)["cost"] == 0
            assert _figures(url)["spent_dollars", "month"] == pytest.approx(dear["cost"])
        capsys.readouterr()
        assert main(["export", "--trace", "--data", str(tmp_path)]) == 0
        assert json.loads(capsys.readouterr().out.splitlines()[0])["model"] == "dear"


def test_after_a_kill_the_count_stands_and_what_was_held_back_is_known(
    llm: FakeLLM, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"SUPPORT_BOT_LLM_BASE_URL": llm.base_url, "RUNAPI_KEY": llm.key, "SUPPORT_BOT_DAILY_CAP": "1"}
    served = (
        "import sys; from pathlib import Path; from tests.support_bot.api.test_spending import serve_listed; "
        "serve_listed(Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", served, str(tmp_path)]
    everything = {**os.environ, **given}  # noqa: TID251
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=everything, cwd=_ROOT) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        spent = ask(url, _QUESTION)["cost"]
        llm.scenario = Scenario(stall_after=14)
        with httpx.stream("POST", f"{url}/api/v1/chat", json={"message": _QUESTION}, timeout=30) as response:
            for line in response.iter_lines():
                if line == "event: delta":
                    break
            server.send_signal(signal.SIGKILL)
    report = _report(tmp_path, capsys)
    assert report["today"]["cost"] == pytest.approx(spent)
    assert 0.0016 < report["today"]["held"] < 0.004


def serve_listed(data_dir: Path) -> None:
    """Serve until this process is killed."""
    with _served(SupportBotSettings(), data_dir) as url:
        print(url, flush=True)
        signal.pause()
