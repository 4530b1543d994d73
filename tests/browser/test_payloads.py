"""Scripts in questions, answers, citations and articles stay text: nothing runs, nothing leaves, no link misleads."""

import json
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from langchain_core.documents import Document
from playwright.sync_api import Dialog, Route, expect

from knowledge.documents import Block, BlockKind
from support_bot.api.pages.document import HEADERS, document_page
from tests.browser.site import ARTICLE, HostSite, snippet
from tests.browser.visitor import Visitor
from tests.fake_llm import FakeLLM, Json, quoted_passages

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PAYLOADS = Path(__file__).parents[3] / "shared" / "data" / "injections" / "xss_payloads.txt"
QUESTION = "How do I import a folder of articles?"
KINDS: tuple[BlockKind, ...] = ("heading", "text", "item", "code", "table")
_AN_ANSWER = 70  # payloads: the browser keeps fifty answers
# What may never come to be: elements that load or run something, and handlers.
_FORBIDDEN = """(selector) => {
  const inside = document.querySelector('support-bot')?.shadowRoot ?? document;
  return [...inside.querySelectorAll(`${selector} *`)].flatMap((element) => [
    ...(element.matches('script, iframe, object, embed, img, video, audio, style, link, base, form, input, svg [href]')
      ? [element.localName] : []),
    ...element.getAttributeNames().filter((name) => /^(on.*|src|srcdoc|action)$/.test(name)),
    ...(element.hasAttribute('style') && !element.matches('[data-card]') ? ['style'] : []),
  ]);
}"""
# Opens the card of each mark, and returns what the cards say.
_CARDS = """async () => {
  const said = [];
  const turn = new MessageChannel();  // sooner than a timer
  for (const chip of document.querySelector('support-bot').shadowRoot.querySelectorAll('.chip')) {
    chip.click();
    await new Promise((resolve) => { turn.port1.onmessage = resolve; turn.port2.postMessage(''); });
    said.push(chip.closest('.cited').querySelector('[data-card]').textContent);
  }
  return said;
}"""


@pytest.fixture(scope="module")
def payloads() -> list[str]:
    """Every payload of the list."""
    if not PAYLOADS.exists():
        pytest.skip(f"there are no payloads: {PAYLOADS} is missing")
    lines = PAYLOADS.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if line.strip()]


@pytest.fixture(scope="module")
def handfuls(payloads: list[str]) -> list[list[str]]:
    """The payloads, as many at a time as an answer says."""
    return [payloads[start : start + _AN_ANSWER] for start in range(0, len(payloads), _AN_ANSWER)]


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
    visitor: Visitor, host: HostSite, api: str, llm: FakeLLM, handfuls: list[list[str]], ran: list[str], left: list[str]
) -> None:
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    visitor.opens()

    for count, handful in enumerate(handfuls, start=1):
        llm.replies(partial(woven, handful))
        visitor.asks(QUESTION)
        expect(visitor.panel.locator("article.answer")).to_have_count(count)

    assert visitor.panel.locator("article.answer .chip").count() >= len(handfuls)
    nothing_happened(visitor, ran, left)


def test_payloads_that_a_server_let_through_stay_text(
    visitor: Visitor, host: HostSite, api: str, handfuls: list[list[str]], ran: list[str], left: list[str]
) -> None:
    streams = map(careless_stream, handfuls)
    headers = {"Access-Control-Allow-Origin": host.origin, "Content-Type": "text/event-stream"}
    visitor.page.route(f"{api}/api/v1/chat", lambda route: route.fulfill(headers=headers, body=next(streams)))
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    visitor.opens()

    for count, handful in enumerate(handfuls, start=1):
        visitor.page.evaluate("(text) => SupportBot('ask', text, { submit: true })", "\n".join(handful))
        expect(visitor.panel.locator("article.answer[data-state=done]")).to_have_count(count)
    nothing_happened(visitor, ran, left)
    visitor.page.reload()
    visitor.opens()

    expect(visitor.panel.locator("article.answer[data-state=done]")).to_have_count(len(handfuls))
    everything_is_text(visitor, handfuls)
    nothing_happened(visitor, ran, left)


@pytest.mark.parametrize("cited", [False, True])
def test_payloads_in_an_article_stay_text(
    visitor: Visitor, host: HostSite, payloads: list[str], ran: list[str], left: list[str], cited: bool
) -> None:
    document = hostile_document(payloads)
    end = len(document.page_content) if cited else 0
    page = document_page(document, start=0, end=end, site_title=payloads[0])
    headers = {**HEADERS, "Content-Type": "text/html; charset=utf-8"}
    visitor.page.route(f"{host.origin}/sources/a", lambda route: route.fulfill(headers=headers, body=page))

    visitor.page.goto(f"{host.origin}/sources/a#cited")

    shown = visitor.page.locator("main").evaluate("main => main.textContent")
    assert [payload for payload in payloads if shown.count(payload) < len(KINDS)] == []
    assert visitor.page.evaluate(_FORBIDDEN, "main") == []
    links = visitor.page.locator("a[href]").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert set(links) <= {"/", "#cited"}
    assert (ran, [url for url in left if not url.endswith("/static/source.css")], visitor.errors) == ([], [], [])


def woven(payloads: list[str], request: Json) -> str:
    """Return an answer that the passages support, with a payload in each paragraph."""
    supported = quoted_passages(request)
    words = supported.split(" [1]")[0].split(" ")
    first, rest = " ".join(words[:-2]), " ".join(words[-2:])
    return "\n\n".join([supported, *(f"{first} {payload} {rest} [1]." for payload in payloads)])


def careless_stream(payloads: list[str]) -> str:
    """Return the events of an answer that says the payloads, each with a citation that says it in every field."""
    places = [
        {"n": n, "title": payload, "url": "javascript:alert(1)", "section": payload, "page": None, "updated": payload}
        for n, payload in enumerate(payloads, start=1)
    ]
    claim = {"answer_start": 0, "answer_end": 0, "source_start": 0, "source_end": 1, "verified": True}
    events: list[tuple[str, Json]] = [
        ("meta", {"v": 1, "conversation_id": "c_1", "message_id": "m_1", "trace_id": "t_1"}),
        ("sources", {"sources": [{**at, "id": at["title"], "snippet": at["title"], "audience": "x"} for at in places]}),
        ("delta", {"text": "".join(f"{at['title']}\n\nSo it says. [{at['n']}]\n\n" for at in places)}),
        *(("citation", {**at, **claim, "source": at["title"], "quote": at["title"]}) for at in places),
        ("verdict", {"outcome": "answered", "mode": "generated", "confidence": 0.9, "degraded": None}),
        ("handoff", {"kind": "url", "url": "javascript:alert(1)", "reason": "degraded"}),
        ("done", {"status": "complete", "usage": {}, "cost": 0.0, "ms": {"first_token": 1, "total": 1}}),
    ]
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)


def hostile_document(payloads: list[str]) -> Document:
    """Return a document with each payload as a block of each kind."""
    text, blocks = "", list[Block]()
    for kind in KINDS:
        for payload in payloads:
            start = len(text)
            text += f"{payload}\n\n"
            anchor = payload if kind == "heading" else ""
            end = start + len(payload)
            blocks.append(Block(kind=kind, start=start, end=end, depth=2, anchor=anchor, page=0))
    said = {"title": payloads[0], "locale": payloads[1], "updated": payloads[2], "url": payloads[3], "source": ""}
    return Document(text, metadata={**said, "blocks": blocks})


def everything_is_text(visitor: Visitor, handfuls: list[list[str]]) -> None:
    """Open every card, and hold cards and questions against the payloads that they should say."""
    payloads = [payload for handful in handfuls for payload in handful]
    cards: list[str] = visitor.page.evaluate(_CARDS)
    assert [card for card in cards if not any(payload in card for payload in payloads)] == []
    said = "\n".join(cards)
    assert (
        sum(payload in said for payload in payloads) > len(payloads) * 0.9
    )  # some begin a listing, in which no mark counts
    asked = visitor.panel.locator(".asked").all_text_contents()
    assert asked == ["\n".join(handful).strip() for handful in handfuls]


def nothing_happened(visitor: Visitor, ran: list[str], left: list[str]) -> None:
    links = visitor.panel.locator("a[href]").evaluate_all("links => links.map((link) => link.href)")
    assert {urlsplit(link).scheme for link in links} <= {"https", "http", "mailto"}  # http is the server's own here
    assert visitor.page.evaluate(_FORBIDDEN, ".log") == []
    assert ran == []
    assert left == []
    assert visitor.errors == []
