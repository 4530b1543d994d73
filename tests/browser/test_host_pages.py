"""On a page that is strict, hostile, broken or swapped, the widget works, and the page never notices it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support_bot.settings import SupportBotSettings
from tests.browser.site import ARTICLE, HostSite, snippet
from tests.browser.visitor import Visitor
from tests.running import running

pytestmark = [pytest.mark.slow, pytest.mark.browser]

QUESTION = "How do I import a folder of articles?"
HOSTILE = """<style>
* { all: unset !important; display: inline !important; color: rgb(255, 0, 0) !important }
button, textarea, section, article { display: none !important }
support-bot, support-bot * { display: none !important; visibility: hidden !important; position: static !important }
</style>"""
NO_STORAGE = """
for (const name of ['localStorage', 'sessionStorage']) {
  Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
}
"""
LAYOUT_SHIFT = """
window.shift = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })
  .observe({ type: 'layout-shift', buffered: true });
"""
# Keeps a list of what the widget has listening on the page, and of the timers it has running.
REGISTER = """
window.listening = new Set();
window.ticking = new Set();
{
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const targets = [window, document, window.visualViewport];
  const shared = (target) => targets.includes(target) || target instanceof MediaQueryList || target === document.body;
  const byWidget = () => new Error().stack.includes('/static/widget/');  // the browser's driver listens too
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    addEventListener.call(this, type, listener, options);
    if (!shared(this ?? window) || !byWidget()) return;
    const entry = { target: this ?? window, type, listener };
    window.listening.add(entry);
    const { signal } = Object(options);
    if (signal) addEventListener.call(signal, 'abort', () => window.listening.delete(entry));
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    removeEventListener.call(this, type, listener, options);
    for (const entry of window.listening) {
      if (entry.target === (this ?? window) && entry.type === type && entry.listener === listener) {
        window.listening.delete(entry);
      }
    }
  };
  const { setInterval, clearInterval, setTimeout, clearTimeout } = window;
  window.setInterval = (...values) => {
    const id = setInterval(...values);
    if (byWidget()) window.ticking.add(id);
    return id;
  };
  window.clearInterval = (id) => {
    clearInterval(id);
    window.ticking.delete(id);
  };
  window.setTimeout = (run, delay, ...values) => {
    const id = setTimeout(run, delay, ...values);
    if (delay >= 1000 && byWidget()) window.ticking.add(id);  // shorter ones are a framework's, until the next paint
    return id;
  };
  window.clearTimeout = (id) => {
    clearTimeout(id);
    window.ticking.delete(id);
  };
}
"""
REGISTERED = (
    "[...window.listening].map(({ target, type }) => `${target.constructor.name} ${type}`).concat([...window.ticking])"
)


def strict_policy(api: str) -> str:
    return (
        f"default-src 'none'; script-src {api}; connect-src {api}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def test_a_strict_policy_is_kept_through_a_whole_answer(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(ARTICLE + snippet(api), policy=strict_policy(api))
    visitor.page.goto(host.origin)

    visitor.opens()
    visitor.asks(QUESTION)
    visitor.answer.locator(".chip").first.click()

    expect(visitor.card.locator("mark")).not_to_be_empty()
    assert visitor.violations == []
    assert visitor.messages == []
    assert visitor.errors == []


def test_a_page_load_costs_one_request_and_moves_nothing(visitor: Visitor, host: HostSite, api: str) -> None:
    visitor.page.add_init_script(LAYOUT_SHIFT)
    host.shows(ARTICLE * 20 + snippet(api) + ARTICLE * 20)

    visitor.page.goto(host.origin, wait_until="networkidle")
    expect(visitor.launcher).to_be_visible()

    assert [url for url in visitor.requests if url.startswith(api)] == [f"{api}/static/widget/widget.js"]
    assert visitor.page.evaluate("window.shift") == 0


def test_hostile_styles_stay_outside(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(ARTICLE + snippet(api), head=HOSTILE)
    visitor.page.goto(host.origin)

    visitor.launcher.click()
    visitor.input.click()
    visitor.asks(QUESTION)

    expect(visitor.panel).to_have_css("display", "flex")
    expect(visitor.panel.get_by_role("heading", name="Help", exact=True)).not_to_have_css("color", "rgb(255, 0, 0)")
    box = visitor.panel.bounding_box()
    assert box is not None
    assert box["width"] == 400
    assert 0 <= box["x"] <= 1280 - 400
    assert 0 <= box["y"] <= 800 - box["height"]


def test_without_storage_questions_are_answered(visitor: Visitor, host: HostSite, api: str) -> None:
    visitor.page.add_init_script(NO_STORAGE)
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)

    visitor.opens()
    visitor.asks(QUESTION)

    expect(visitor.answer.locator(".chip").first).to_be_visible()
    assert visitor.errors == []


def test_a_server_that_is_down_leaves_the_page_as_it_was(visitor: Visitor, host: HostSite, data_dir: Path) -> None:
    with running(SupportBotSettings(allowed_origins=(host.origin,)), data_dir) as gone:
        pass
    host.shows(ARTICLE + snippet(gone))

    visitor.page.goto(host.origin, wait_until="networkidle")

    expect(visitor.page.get_by_role("heading", name="Fern & Field")).to_be_visible()
    expect(visitor.page.locator("support-bot")).to_have_count(0)
    assert visitor.errors == []


def test_a_server_that_goes_down_is_named_on_the_launcher_alone(
    visitor: Visitor, host: HostSite, data_dir: Path
) -> None:
    with running(SupportBotSettings(allowed_origins=(host.origin,)), data_dir) as api:
        host.shows(ARTICLE + snippet(api))
        visitor.page.goto(host.origin)
        expect(visitor.launcher).to_be_visible()

    visitor.launcher.click()

    expect(visitor.launcher).to_have_accessible_name("Help is not available now")
    expect(visitor.panel).to_have_count(0)
    assert visitor.errors == []


def test_a_question_to_a_server_that_went_down_is_kept(visitor: Visitor, host: HostSite, data_dir: Path) -> None:
    with running(SupportBotSettings(allowed_origins=(host.origin,)), data_dir) as api:
        host.shows(ARTICLE + snippet(api))
        visitor.page.goto(host.origin)
        visitor.opens()

    visitor.page.keyboard.type(QUESTION)
    visitor.page.keyboard.press("Enter")

    expect(visitor.answer).to_contain_text("We could not reach the help service. Your question is kept.")
    expect(visitor.panel.locator("article.question")).to_contain_text(QUESTION)
    assert visitor.errors == []


def test_a_swapped_body_keeps_the_conversation(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.asks(QUESTION)

    visitor.page.evaluate(
        """async (address) => {
            document.body = document.createElement('body');
            const script = document.createElement('script');
            const ran = new Promise((resolve) => script.addEventListener('load', resolve));
            script.src = address;
            document.body.append(script);
            await ran;
        }""",
        f"{api}/static/widget/widget.js",
    )

    expect(visitor.page.locator("support-bot")).to_have_count(1)
    expect(visitor.panel.locator("article.question")).to_contain_text(QUESTION)
    visitor.input.click()
    visitor.asks("What do the three audiences mean?")
    expect(visitor.panel.locator("article.answer[data-state=done]")).to_have_count(2)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_removed_element_leaves_nothing_behind(visitor: Visitor, host: HostSite, api: str, width: int) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 800})
    visitor.page.add_init_script(REGISTER)
    host.shows(ARTICLE)
    visitor.page.goto(host.origin)
    page_markup = visitor.page.content()
    visitor.page.evaluate(
        """(address) => {
            const script = document.createElement('script');
            script.src = address;
            script.onload = () => script.remove();
            document.head.append(script);
        }""",
        f"{api}/static/widget/widget.js",
    )
    visitor.page.context.grant_permissions(["clipboard-write"], origin=host.origin)
    visitor.opens()
    visitor.asks(QUESTION)
    visitor.answer.get_by_role("button", name="Copy answer").click()
    expect(visitor.answer.get_by_role("button", name="Copied")).to_be_visible()
    assert visitor.page.evaluate(REGISTERED) != []

    visitor.page.evaluate("document.querySelector('support-bot').remove()")

    expect(visitor.page.locator("support-bot")).to_have_count(0)
    assert visitor.page.evaluate(REGISTERED) == []
    assert re.sub(r' style=""', "", visitor.page.content()) == page_markup


def test_a_removed_element_stops_its_countdown(visitor: Visitor, host: HostSite, api: str) -> None:
    visitor.page.add_init_script(REGISTER)
    limited = {
        "Retry-After": "60",
        "Access-Control-Allow-Origin": host.origin,
        "Access-Control-Expose-Headers": "Retry-After",
    }
    visitor.page.route(f"{api}/api/v1/chat", lambda route: route.fulfill(status=429, headers=limited))
    host.shows(ARTICLE + snippet(api))
    visitor.page.goto(host.origin)
    visitor.opens()
    visitor.page.keyboard.type(QUESTION)
    visitor.page.keyboard.press("Enter")
    expect(visitor.answer).to_contain_text("seconds")
    visitor.page.wait_for_function("window.ticking.size === 1")

    visitor.page.evaluate("document.querySelector('support-bot').remove()")

    expect(visitor.page.locator("support-bot")).to_have_count(0)
    assert visitor.page.evaluate(REGISTERED) == []
