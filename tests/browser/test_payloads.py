"""Scripts that a model weaves into its answers stay text: nothing runs, nothing leaves, no link misleads."""

import json
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Dialog, Route, expect

from tests.browser.site import ARTICLE, HostSite, snippet
from tests.browser.visitor import Visitor
from tests.fake_llm import FakeLLM, Json, quoted_passages

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PAYLOADS = Path(__file__).parents[3] / "shared" / "data" / "injections" / "xss_payloads.txt"
QUESTION = "How do I import a folder of articles?"
_SAMPLE = 150
_AN_ANSWER = 10  # payloads
_A_CARELESS_ANSWER = 3  # payloads: the browser keeps fifty answers
# What an answer may never become: elements that load or run something, and handlers.
_FORBIDDEN = """
  [...document.querySelector('support-bot').shadowRoot.querySelectorAll('.prose, .prose *')].flatMap((element) => [
    ...(element.matches('script, iframe, object, embed, img, video, audio, style, link, base, form, input, svg [href]')
      ? [element.localName] : []),
    ...element.getAttributeNames().filter((name) => name.startsWith('on') || name === 'style' || name === 'src'),
  ])
"""


def sampled_payloads() -> list[str]:
    """Return payloads from all over the list."""
    if not PAYLOADS.exists():
        pytest.skip(f"there are no payloads: {PAYLOADS} is missing")
    payloads = [line for line in PAYLOADS.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return payloads[:: len(payloads) // _SAMPLE][:_SAMPLE]


def woven(payloads: list[str], request: Json) -> str:
    """Return an answer that the passages support, with a payload in each paragraph."""
    supported = quoted_passages(request)
    words = supported.split(" [1]")[0].split(" ")
    first, rest = " ".join(words[:-2]), " ".join(words[-2:])
    return "\n\n".join([supported, *(f"{first} {payload} {rest} [1]." for payload in payloads)])


@pytest.fixture
def ran(visitor: Visitor) -> list[str]:
    """What scripts said in dialogs of their own."""
    said: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    visitor.page.on("dialog", on_dialog)
    return said


@pytest.fixture
def left(visitor: Visitor, host: HostSite, api: str) -> list[str]:
    """Addresses elsewhere that the page wanted something of, and did not get."""
    wanted: list[str] = []

    def on_request(route: Route) -> None:
        address = route.request.url
        if address.startswith((host.origin, api)):
            route.continue_()
            return
        wanted.append(address)
        route.abort()

    visitor.page.route("**/*", on_request)
    return wanted


def test_a_model_cannot_weave_payloads_into_its_answers(
    visitor: Visitor, host: HostSite, api: str, llm: FakeLLM, ran: list[str], left: list[str]
) -> None:
    payloads = sampled_payloads()
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    visitor.opens()

    for start in range(0, len(payloads), _AN_ANSWER):
        llm.replies(partial(woven, payloads[start : start + _AN_ANSWER]))
        visitor.asks(QUESTION)
        expect(visitor.panel.locator("article.answer")).to_have_count(start // _AN_ANSWER + 1)

    nothing_happened(visitor, ran, left)


def test_payloads_that_a_server_let_through_stay_text(
    visitor: Visitor, host: HostSite, api: str, ran: list[str], left: list[str]
) -> None:
    payloads = sampled_payloads()
    said = [payloads[start : start + _A_CARELESS_ANSWER] for start in range(0, len(payloads), _A_CARELESS_ANSWER)]
    streams = map(careless_stream, said)
    headers = {"Access-Control-Allow-Origin": host.origin, "Content-Type": "text/event-stream"}
    visitor.page.route(f"{api}/api/v1/chat", lambda route: route.fulfill(headers=headers, body=next(streams)))
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    visitor.opens()

    for count in range(1, len(said) + 1):
        visitor.asks("And?")
        expect(visitor.panel.locator("article.answer[data-state=done]")).to_have_count(count)
    visitor.answer.locator(".chip").first.click()
    expect(visitor.card).to_contain_text(said[-1][0])
    shown = visitor.panel.locator(".log").inner_text()
    nothing_happened(visitor, ran, left)
    visitor.page.reload()
    visitor.opens()
    expect(visitor.panel.locator("article.answer")).to_have_count(len(said))

    assert sum(payload in shown for payload in payloads) > len(payloads) / 2  # Markdown takes marks out of the others
    nothing_happened(visitor, ran, left)


def careless_stream(payloads: list[str]) -> str:
    """Return the events of an answer that says the payloads, and cites the first in every field."""
    first = payloads[0]
    place = {"n": 1, "title": first, "url": "javascript:alert(1)", "section": first, "page": None, "updated": None}
    claim = {"source": "s", "quote": first, "answer_start": 0, "answer_end": len(first), "verified": True}
    events = [
        ("meta", {"v": 1, "conversation_id": "c_1", "message_id": "m_1", "trace_id": "t_1"}),
        ("sources", {"sources": [{**place, "id": "s", "snippet": first, "audience": "public"}]}),
        *(("delta", {"text": f"{payload} [1]\n\n"}) for payload in payloads),
        ("citation", {**place, **claim, "source_start": 0, "source_end": len(first)}),
        ("verdict", {"outcome": "answered", "mode": "generated", "confidence": 0.9, "degraded": None}),
        ("done", {"status": "complete", "usage": {}, "cost": 0.0, "ms": {"first_token": 1, "total": 1}}),
    ]
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)


def nothing_happened(visitor: Visitor, ran: list[str], left: list[str]) -> None:
    links = visitor.panel.locator("a[href]").evaluate_all("links => links.map((link) => link.href)")
    assert {urlsplit(link).scheme for link in links} <= {"https", "http", "mailto"}  # http is the server's own here
    assert visitor.page.evaluate(_FORBIDDEN) == []
    assert ran == []
    assert left == []
    assert visitor.errors == []
