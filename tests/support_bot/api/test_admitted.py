"""What is asked too often, or by too many at once, is refused with a problem that says when to come again."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from support_bot.settings import SupportBotSettings
from tests.fake_llm import FakeLLM, Scenario, quoted_passages
from tests.running import running, settings_for
from tests.support_bot.access.site import ORIGIN, SetUp, set_up

pytestmark = pytest.mark.slow  # it serves an index

_ASKED = {"message": "Trouble?"}  # too vague to be answered, so that it costs little


@pytest.fixture(scope="module")
def data_dir(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(sample_data, tmp_path_factory.mktemp("admitted") / "data")


@pytest.fixture(scope="module")
def site(data_dir: Path) -> SetUp:
    return set_up(data_dir)


@contextmanager
def _served(data_dir: Path, **settings: object) -> Iterator[str]:
    wide = {"limit_visitor": "1000/hour", "limit_address": "1000/hour", "max_answers_each": 100}
    with running(SupportBotSettings.model_validate({**wide, **settings}), data_dir) as url:
        yield url


def _post(url: str, token: str, *, path: str = "/api/v1/chat", body: object = _ASKED, **headers: str) -> httpx.Response:
    headers |= {
        "Accept": "application/json",
        "Origin": ORIGIN,
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }
    return httpx.post(f"{url}{path}", json=body, headers=headers, timeout=60)


def _statuses(url: str, tokens: list[str], **headers: str) -> list[int]:
    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(lambda token: _post(url, token, **headers).status_code, tokens))


def test_of_a_hundred_questions_at_once_a_visitor_s_limit_is_answered(data_dir: Path, site: SetUp) -> None:
    with _served(data_dir, limit_visitor="7/hour") as url:
        statuses = _statuses(url, [site.token()] * 100)
        assert (statuses.count(200), statuses.count(429)) == (7, 93)
        refused = _post(url, site.token())
        assert refused.status_code == 200  # another visitor


def test_a_refusal_says_when_to_come_again_to_the_page_that_asked(data_dir: Path, site: SetUp) -> None:
    with _served(data_dir, limit_visitor="1/hour") as url:
        token = site.token()
        assert _post(url, token).status_code == 200
        refused = _post(url, token)
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
    assert (refused.json()["retryable"], refused.json()["detail"]) == (True, "At most 1 in 1 hour.")
    assert 3_000 < int(refused.headers["retry-after"]) <= 3_601
    assert refused.headers["access-control-allow-origin"] == ORIGIN
    assert refused.headers["access-control-expose-headers"] == "Retry-After"


def test_an_address_is_the_sender_s_whatever_it_claims(data_dir: Path, site: SetUp) -> None:
    with _served(data_dir, limit_address="3/hour") as url:
        tokens = [site.token() for _ in range(10)]
        statuses = [
            _post(url, token, **{"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n, token in enumerate(tokens)
        ]
    assert statuses == [200] * 3 + [429] * 7


def test_behind_a_proxy_that_is_named_it_is_what_the_proxy_saw(data_dir: Path, site: SetUp) -> None:
    with _served(data_dir, limit_address="1/hour", trusted_proxies=("127.0.0.1",)) as url:
        forwarded = ["10.0.0.1", "10.0.0.1", "6.6.6.6, 10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8::2"]
        statuses = [_post(url, site.token(), **{"X-Forwarded-For": each}).status_code for each in forwarded]
    assert statuses == [200, 429, 429, 200, 200, 429]


def test_all_that_a_site_s_visitors_and_programs_ask_is_counted_and_its_agents_are_not(
    data_dir: Path, site: SetUp
) -> None:
    with _served(data_dir, limit_site="5/hour") as url:
        statuses = _statuses(url, [site.token() for _ in range(4)] + [site.texts["service"]] * 4)
        assert (statuses.count(200), statuses.count(429)) == (5, 3)
        assert _statuses(url, [site.texts["agent"]] * 3) == [200] * 3


def test_ratings_are_counted_by_themselves(data_dir: Path, site: SetUp) -> None:
    body = {"message_id": "m_" + "0" * 32, "rating": "up"}
    with _served(data_dir, limit_visitor="2/hour") as url:
        token = site.token()
        ratings = [_post(url, token, path="/api/v1/feedback", body=body).status_code for _ in range(3)]
        assert ratings == [404, 404, 429]  # nobody was told anything under that name
        assert _post(url, token).status_code == 200


def test_newcomers_and_those_who_try_keys_are_counted(data_dir: Path, site: SetUp) -> None:
    asked = {"site_key": site.texts["site"]}
    with _served(data_dir, limit_newcomers="3/hour") as url:
        tokens = [_post(url, "", path="/api/v1/sessions", body=asked) for _ in range(2)]
        before = tokens[0].json()["token"]
        tries = [_post(url, "", path="/api/v1/sessions", body={"site_key": "pk_0"}).status_code for _ in range(3)]
        assert tries == [401, 429, 429]
        assert _post(url, "", path="/api/v1/sessions", body=asked).status_code == 429
        known = _post(url, before, path="/api/v1/sessions", body=asked)
        assert known.json()["owner"] == tokens[0].json()["owner"]
        assert _post(url, "", path="/api/v1/sessions", body={**asked, "proof": site.proof()}).status_code == 200


def test_at_this_machine_nobody_is_counted_while_no_site_is_set_up(served_data: Path) -> None:
    with running(SupportBotSettings(limit_visitor="1/hour", limit_address="1/hour"), served_data) as url:
        assert [httpx.post(f"{url}/api/v1/chat", json=_ASKED, timeout=60).status_code for _ in range(3)] == [200] * 3


def test_who_cannot_be_counted_is_not_let_in(data_dir: Path, site: SetUp) -> None:
    with _served(data_dir, limits_url="redis://127.0.0.1:1") as url:
        refused = _post(url, site.token())
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/access-unavailable")
        assert "redis" not in refused.text.lower()
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_while_every_place_is_taken_others_are_turned_away_and_health_is_not(
    data_dir: Path, site: SetUp, llm: FakeLLM
) -> None:
    llm.replies(lambda request: quoted_passages(request) + " and so on" * 3_000)
    llm.scenario = Scenario(pause=0.02)  # so that it would write for minutes
    settings = settings_for(llm).model_copy(update={"max_answers": 1, "llm_total_seconds": 60, "resume_seconds": 0})
    asked = {"message": "How do I add my own articles?"}
    headers = {"Authorization": f"Bearer {site.texts['service']}"}
    with running(settings, data_dir) as url:
        with httpx.stream("POST", f"{url}/api/v1/chat", json=asked, headers=headers, timeout=60) as held:
            assert held.status_code == 200
            shed = httpx.post(f"{url}/api/v1/chat", json=asked, headers=headers, timeout=60)
            assert (shed.status_code, shed.json()["type"]) == (503, "/problems/overloaded")
            assert int(shed.headers["retry-after"]) > 0
            assert 'support_bot_shed_total{kind="service"} 1.0' in httpx.get(f"{url}/metrics").text
            assert httpx.get(f"{url}/healthz").status_code == httpx.get(f"{url}/readyz").status_code == 200
        assert llm.client_left.wait(timeout=30)
        llm.reset()
        assert httpx.post(f"{url}/api/v1/chat", json=asked, headers=headers, timeout=60).status_code == 200


def test_a_visitor_s_third_answer_at_once_is_refused(data_dir: Path, site: SetUp, llm: FakeLLM) -> None:
    llm.replies(lambda request: quoted_passages(request) + " and so on" * 3_000)
    llm.scenario = Scenario(pause=0.02)
    asked = {"message": "How do I add my own articles?"}
    headers = {"Authorization": f"Bearer {site.token()}"}
    with running(settings_for(llm), data_dir) as url:
        first = httpx.stream("POST", f"{url}/api/v1/chat", json=asked, headers=headers, timeout=60)
        second = httpx.stream("POST", f"{url}/api/v1/chat", json=asked, headers=headers, timeout=60)
        with first, second:
            third = httpx.post(f"{url}/api/v1/chat", json=asked, headers=headers, timeout=60)
            assert (third.status_code, third.json()["detail"]) == (429, "At most 2 answers at once.")
