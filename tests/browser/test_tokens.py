"""On a site that is set up, the widget asks with a token, gets another in time, and says whose customer it is."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from playwright.sync_api import expect

from support_bot.access.registry import Site
from support_bot.settings import SupportBotSettings
from tests.browser.site import ARTICLE, HostSite, snippet
from tests.browser.visitor import Visitor
from tests.running import running
from tests.support_bot.access.site import SetUp, set_up

pytestmark = [pytest.mark.slow, pytest.mark.browser]

QUESTION = "How do I import a folder of articles?"
_KEPT = "Object.entries(localStorage).find(([name]) => name.endsWith(':token'))"


@pytest.fixture(scope="module")
def guarded(
    sample_data: Path, tmp_path_factory: pytest.TempPathFactory, _session_host: HostSite
) -> Iterator[tuple[str, SetUp]]:
    """The address of a server whose site is set up for the website, and what is set up."""
    folder = shutil.copytree(sample_data, tmp_path_factory.mktemp("guarded") / "data")
    site = set_up(folder)
    often = dict.fromkeys(("limit_visitor", "limit_address", "limit_newcomers"), "1000/hour")
    with running(SupportBotSettings.model_validate(often), folder) as url:
        yield url, site


@pytest.fixture
def page(guarded: tuple[str, SetUp], host: HostSite) -> tuple[str, SetUp]:
    """The same, its site as new."""
    url, site = guarded
    _takes(site, host, proof="optional")
    host.shows(ARTICLE + snippet(url, site_key=site.texts["site"]))
    return url, site


def _takes(site: SetUp, host: HostSite, *, proof: Any) -> None:
    site.registry.put_site(Site(name="default", origins=(host.origin,), proof=proof))


def _held(visitor: Visitor) -> dict[str, Any]:
    """Return the token that the browser keeps."""
    held: dict[str, Any] = json.loads(visitor.page.evaluate(f"{_KEPT}[1]"))
    return held


def _expire(visitor: Visitor, site: SetUp) -> dict[str, Any]:
    """Let the token that the browser keeps have ended, and return what was kept."""
    held = _held(visitor)
    claims = jwt.decode(held["token"], options={"verify_signature": False}) | {"exp": int(time.time()) - 10}
    key, headers = site.secret.key("visitor tokens of default"), {"typ": "visitor+jwt", "kid": "default"}
    written = json.dumps({**held, "token": jwt.encode(claims, key, "HS256", headers=headers)})
    visitor.page.evaluate(f"text => localStorage.setItem({_KEPT}[0], text)", written)
    return held


def _calls(visitor: Visitor, path: str) -> int:
    return sum(path in address for address in visitor.requests)


def test_a_visitor_is_answered_and_stays_the_same(visitor: Visitor, host: HostSite, page: tuple[str, SetUp]) -> None:
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.asks(QUESTION)
    owner = _held(visitor)["owner"]
    assert owner.startswith("visitor:")

    visitor.page.reload()
    visitor.opens()
    visitor.asks(QUESTION)

    assert _held(visitor)["owner"] == owner
    assert _calls(visitor, "/api/v1/sessions") == 1
    assert not [address for address in visitor.requests if _held(visitor)["token"] in address]


def test_when_the_token_has_expired_nothing_typed_is_lost(
    visitor: Visitor, host: HostSite, page: tuple[str, SetUp]
) -> None:
    _, site = page
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.asks(QUESTION)
    held = _expire(visitor, site)
    expired = _held(visitor)["token"]
    visitor.page.reload()

    visitor.opens()
    visitor.page.keyboard.type("Which file formats are read?")
    visitor.page.keyboard.press("Enter")
    expect(visitor.panel.locator("article.answer")).to_have_count(2)
    visitor.is_answered()

    expect(visitor.panel.get_by_text("Which file formats are read?")).to_have_count(1)
    assert _held(visitor)["owner"] == held["owner"]
    assert _held(visitor)["token"] != expired
    assert _calls(visitor, "/api/v1/chat") == 3  # the second question was refused once, and sent again


def _identifies(visitor: Visitor, proof: str) -> None:
    visitor.page.evaluate("proof => SupportBot('identify', proof && { token: async () => proof })", proof or None)


def test_a_customer_is_proved_and_leaves_nothing_to_the_next(
    visitor: Visitor, host: HostSite, page: tuple[str, SetUp]
) -> None:
    _, site = page
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.asks(QUESTION)
    for customer, answers in (("ada", 2), ("bob", 1), ("", 1)):
        _identifies(visitor, site.proof(customer) if customer else "")
        visitor.input.focus()
        visitor.page.keyboard.type(QUESTION)
        visitor.page.keyboard.press("Enter")
        expect(visitor.panel.locator("article.answer")).to_have_count(answers)
        visitor.is_answered()
        assert _held(visitor)["owner"].startswith(f"customer:{customer}" if customer else "visitor:")


def test_who_signs_in_takes_the_conversation_along_and_who_signs_out_leaves_nothing(
    visitor: Visitor, host: HostSite, page: tuple[str, SetUp]
) -> None:
    url, site = page
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.asks(QUESTION)
    before = _held(visitor)["token"]

    _identifies(visitor, site.proof("ada"))
    visitor.input.focus()
    visitor.asks_next("And in Chinese?")
    _expire(visitor, site)
    visitor.page.reload()
    _identifies(visitor, site.proof("ada"))
    visitor.opens()
    visitor.asks_next("And in German?")
    conversation = visitor.page.evaluate("SupportBot('get').conversationId")
    kept = _kept_by_server(url, conversation, _held(visitor)["token"], host=host)
    asked = [message["message"] for message in kept.json()["messages"]]
    assert asked == [QUESTION, "And in Chinese?", "And in German?"]
    understood = kept.json()["messages"][1]["answer"]["question"]
    assert all(word in understood for word in ("Chinese", "import", "folder"))
    assert _kept_by_server(url, conversation, before, host=host).status_code == 401

    visitor.page.keyboard.type("A draft of mine")
    _identifies(visitor, "")
    expect(visitor.panel.locator("article.answer")).to_have_count(0)
    expect(visitor.input).to_have_value("")
    assert visitor.page.evaluate("Object.keys(localStorage)") == []


def _kept_by_server(url: str, conversation: str, token: str, *, host: HostSite) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Origin": host.origin}
    return httpx.get(f"{url}/api/v1/conversations/{conversation}", headers=headers)


def test_where_proof_is_required_the_question_waits_for_it(
    visitor: Visitor, host: HostSite, page: tuple[str, SetUp]
) -> None:
    _, site = page
    _takes(site, host, proof="required")
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.page.keyboard.type(QUESTION)
    visitor.page.keyboard.press("Enter")
    expect(visitor.panel.get_by_role("log").get_by_text("Please sign in on this website")).to_be_visible()

    _identifies(visitor, site.proof("ada"))
    visitor.panel.get_by_role("button", name="Try again").click()

    visitor.is_answered()
    expect(visitor.panel.get_by_text(QUESTION)).to_have_count(1)
