"""Turn a drawn page into what is wrong with how it looks: out of its place, or not for everybody."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.visitor import Visitor

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# What reaches out of its panel, except where it scrolls, and controls and texts that outgrow their own box.
OUT_OF_PLACE = """
  [...document.querySelectorAll('.stage > div')].flatMap((frame) => {
    const panel = frame.shadowRoot.querySelector('.panel');
    if (!panel) return [];
    const box = panel.getBoundingClientRect();
    const boxes = 'button:not(.chip), .asked, .titles, .notice, .card, .sources li, .suggestions li';
    const inScroller = (element) => element.closest('.table, textarea, blockquote, pre, .hidden, svg');
    return [...panel.querySelectorAll('*')].filter((element) => !inScroller(element)).flatMap((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      const out = width > 0 && (left < box.left - 1 || right > box.right + 1);
      const cut = element.matches(boxes) && element.scrollWidth > element.clientWidth + 1;
      const where = `${frame.closest('section').id} ${element.localName}.${element.className}`;
      return [...(out ? [`${where} is out of its panel`] : []), ...(cut ? [`${where} is cut off`] : [])];
    });
  }).concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])
"""
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN_AXE = "async (tags) => (await axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).violations"


def violations(page: Page | Frame) -> list[str]:
    """Return each WCAG 2.2 A or AA rule that the page violates, with the elements that do."""
    if not AXE.exists():
        pytest.skip(f"checking WCAG needs axe-core, and there is no {AXE}: run `npm --prefix web ci`")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(_RUN_AXE, _TAGS)
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def every_state(visitor: Visitor, address: str) -> Page:
    """Return the page that draws every state, the last one drawn."""
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.goto(address)
    expect(visitor.page.locator("main > section").last.locator(".dark .root > *").first).to_be_visible()
    return visitor.page
