"""Every state of the agent's panel, on the page that draws them: whole in a sidebar, in any light, for anybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.looks import OUT_OF_PLACE, every_state, violations
from tests.browser.screenshots import pictures_of_states
from tests.browser.visitor import Visitor
from tests.running import running, settings_for

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PICTURES = Path(__file__).parents[3] / "build" / "screenshots"  # left there to be looked at
LOCALES = ("en", "zh-Hant", "zh-Hans", "de", "ar")
WIDTHS = (336, 1280)  # the frames are as wide as a sidebar: 320 and 400
_STATES = 48


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that has no articles: what is drawn needs none."""
    with running(settings_for(), tmp_path_factory.mktemp("states")) as address:
        yield address


def opened(visitor: Visitor, api: str, locale: str) -> Page:
    """Return the page of every state, in this language, the last state drawn."""
    return every_state(visitor, f"{api}/design?surface=panel&locale={locale}")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_keeps_to_its_place(visitor: Visitor, api: str, locale: str) -> None:
    page = opened(visitor, api, locale)

    assert page.locator("main > section").count() >= _STATES
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OUT_OF_PLACE) == []
    assert visitor.messages == []
    assert visitor.errors == []


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_every_state_meets_wcag(visitor: Visitor, api: str, locale: str) -> None:
    assert violations(opened(visitor, api, locale)) == []


def test_every_state_has_a_picture_of_its_own(visitor: Visitor, api: str) -> None:
    page = opened(visitor, api, "en")
    page.set_viewport_size({"width": 900, "height": 800})

    pictures = pictures_of_states(page, PICTURES / "panel-en")

    assert len({picture.read_bytes() for picture in pictures}) == len(pictures) >= _STATES


def test_without_colours_of_its_own_a_state_still_has_edges(visitor: Visitor, api: str) -> None:
    visitor.page.emulate_media(forced_colors="active")
    page = opened(visitor, api, "en")
    for place in ("#confirm .light .confirm", "#internal .light .tag", "#ready .light .button.primary"):
        edge = page.locator(place).evaluate("element => getComputedStyle(element).borderTopStyle")
        assert edge == "solid", place
