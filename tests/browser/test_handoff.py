"""Writing to a person in the widget: by keyboard, with nothing lost, and offline."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from pydantic import SecretStr

from support_bot.settings import SupportBotSettings
from tests.browser.looks import violations
from tests.browser.site import HostSite
from tests.browser.test_design import SCHEMES
from tests.browser.visitor import Visitor
from tests.desks import Faults, ZendeskDesk
from tests.running import running

pytestmark = [pytest.mark.slow, pytest.mark.browser]

_REPLY_TIME = "within one working day"


@pytest.fixture(scope="module")
def desk() -> Iterator[ZendeskDesk]:
    with ZendeskDesk() as desk:
        yield desk


@pytest.fixture(scope="module")
def desk_api(desk: ZendeskDesk, _session_host: HostSite, data_dir: Path) -> Iterator[str]:
    """The address of a server that hands over to the desk and answers without a model."""
    settings = SupportBotSettings(
        allowed_origins=(_session_host.origin,),
        handoff_to="zendesk",
        handoff_zendesk_url=desk.url,
        handoff_zendesk_user="agent@example.com",
        handoff_zendesk_token=SecretStr("t0ken"),
        handoff_reply_time=_REPLY_TIME,
    )
    with running(settings, data_dir) as address:
        yield address


def _talk(visitor: Visitor) -> Locator:
    return visitor.panel.locator(".talk")


def _field(visitor: Visitor, name: str) -> Locator:
    return visitor.panel.get_by_role("textbox", name=name)


def _visit(visitor: Visitor, host: HostSite, api: str) -> None:
    host.shows(f'<script async src="{api}/static/widget/widget.js"></script>')
    visitor.page.goto(host.origin)


def test_a_visitor_writes_to_a_person_by_keyboard_alone(
    visitor: Visitor, host: HostSite, desk: ZendeskDesk, desk_api: str
) -> None:
    _visit(visitor, host, desk_api)
    visitor.opens()
    visitor.asks("Do you deliver lawn mowers to the Moon?")
    visitor.tabs_to(_talk(visitor))
    visitor.page.keyboard.press("Enter")
    expect(_field(visitor, "Your e-mail address")).to_be_focused()
    visitor.page.keyboard.type("ada@example.com")
    expect(_field(visitor, "How can a person help?")).to_have_value("Do you deliver lawn mowers to the Moon?")
    expect(visitor.panel.locator(".handoff-nearest a").first).to_be_visible()
    expect(visitor.panel.locator("summary")).to_contain_text("The conversation so far is sent along (1)")
    for scheme in SCHEMES:
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(visitor.page) == []
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.page.keyboard.press("Enter")

    sent = visitor.panel.locator("[data-sent]")
    expect(sent).to_be_focused()
    expect(sent).to_contain_text(f"Your ticket number is {desk.tickets[-1]['id']}.")
    expect(sent).to_contain_text(f"The reply comes to ada@example.com, {_REPLY_TIME}.")
    assert "Visitor: Do you deliver lawn mowers" in desk.tickets[-1]["comment"]["body"]
    visitor.page.keyboard.press("Escape")
    expect(_talk(visitor)).to_be_focused()
    expect(visitor.answer).to_be_visible()


def test_nothing_typed_is_lost_and_who_writes_again_need_not_say_who_they_are(
    visitor: Visitor, host: HostSite, desk: ZendeskDesk, desk_api: str
) -> None:
    _visit(visitor, host, desk_api)
    visitor.launcher.click()
    _talk(visitor).click()
    visitor.panel.locator(".handoff").get_by_role("button", name="Send").click()
    expect(_field(visitor, "Your e-mail address")).to_be_focused()
    expect(visitor.panel.locator(".error").first).to_contain_text("name@example.com")
    _field(visitor, "Your e-mail address").fill("ada@example.com")
    _field(visitor, "How can a person help?").fill("My refund has not come.")
    visitor.page.reload()
    visitor.launcher.click()
    _talk(visitor).click()
    expect(_field(visitor, "How can a person help?")).to_have_value("My refund has not come.")

    before = len(desk.tickets)
    visitor.page.context.set_offline(True)
    visitor.panel.locator(".handoff").get_by_role("button", name="Send").click()
    expect(visitor.panel.locator(".notice")).to_contain_text("You are offline. Your message is kept")
    visitor.page.context.set_offline(False)
    visitor.panel.locator(".handoff").get_by_role("button", name="Send").click()
    expect(visitor.panel.locator("[data-sent]")).to_be_visible()
    assert len(desk.tickets) == before + 1

    visitor.page.reload()
    visitor.launcher.click()
    _talk(visitor).click()
    expect(_field(visitor, "Your e-mail address")).to_have_value("ada@example.com")
    expect(_field(visitor, "How can a person help?")).to_have_value("")


def test_a_ticket_that_comes_late_is_told_to_whoever_comes_back(
    visitor: Visitor, host: HostSite, desk: ZendeskDesk, desk_api: str
) -> None:
    desk.faults = Faults(["503"])
    _visit(visitor, host, desk_api)
    visitor.page.evaluate("() => { SupportBot('handoff'); }")
    _field(visitor, "Your e-mail address").fill("ada@example.com")
    _field(visitor, "How can a person help?").fill("My refund has not come.")
    visitor.panel.locator(".handoff").get_by_role("button", name="Send").click()
    sent = visitor.panel.locator("[data-sent]")
    expect(sent).to_contain_text("We have your message and are passing it on.")

    visitor.page.reload()
    visitor.page.evaluate(
        "tickets = []; SupportBot('on', 'handoff:ticket', ({ ticket }) => tickets.push(ticket)); null"
    )
    visitor.launcher.click()
    expect(sent).to_be_focused()
    expect(_field(visitor, "How can a person help?")).to_have_value("")  # they may write another
    expect(sent).to_contain_text("Your ticket number is ")
    expect(sent).to_contain_text("The reply comes to ada@example.com")
    assert visitor.page.evaluate("tickets") == [str(desk.tickets[-1]["id"])]

    visitor.page.reload()
    visitor.launcher.click()
    expect(visitor.input).to_be_focused()  # it has been told
