"""The page of every component and state, and the demo page: whole at any width, in any light, for anybody."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.browser]

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
QUESTION = "How do I import a folder of articles?"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN_AXE = "async (tags) => (await axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).violations"


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest, visitor: Visitor) -> Scheme:
    """What the visitor's system prefers."""
    preferred: Scheme = request.param
    visitor.page.emulate_media(color_scheme=preferred, reduced_motion="reduce")
    return preferred


def violations(page: Page) -> list[str]:
    """Return each WCAG 2.2 A or AA rule that the page violates, with the elements that do."""
    if not AXE.exists():
        pytest.skip(f"checking WCAG needs axe-core, and there is no {AXE}: run `npm --prefix web ci`")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(_RUN_AXE, _TAGS)
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


@pytest.mark.usefixtures("scheme")
@pytest.mark.parametrize("width", [390, 1280])
def test_every_state_is_drawn(visitor: Visitor, api: str, width: int) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 800})

    visitor.page.goto(f"{api}/design", wait_until="networkidle")

    sections = visitor.page.locator("main > section")
    expect(sections.first).to_be_visible()
    for section in sections.all():
        expect(section).to_be_visible()
        for stage in section.locator(".stage").all():
            expect(stage.locator(".root > *").first).to_be_visible()
    assert visitor.messages == []
    assert visitor.errors == []


@pytest.mark.usefixtures("scheme")
def test_every_state_meets_wcag(visitor: Visitor, api: str) -> None:
    visitor.page.goto(f"{api}/design", wait_until="networkidle")
    expect(visitor.page.locator("main > section").first).to_be_visible()

    assert violations(visitor.page) == []


@pytest.mark.usefixtures("scheme")
def test_the_demo_page_with_an_answer_meets_wcag(visitor: Visitor, api: str) -> None:
    visitor.page.goto(api)
    visitor.launcher.click()
    visitor.input.click()
    visitor.asks(QUESTION)
    visitor.answer.locator(".chip").first.click()
    expect(visitor.card).to_be_visible()

    assert violations(visitor.page) == []
