"""Turn a browser's page into what someone sees and does who asks for help on it."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Request, expect

_MOST_TABS = 60
_SEEN_WITHIN = 20_000  # milliseconds: a busy machine takes its time
_VIOLATIONS = """
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
"""

expect.set_options(timeout=_SEEN_WITHIN)


@dataclass(frozen=True)
class Visitor:
    """One page and what its browser says of it: console messages, uncaught errors, requests' addresses."""

    page: Page
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def launcher(self) -> Locator:
        """The button that opens the panel."""
        return self.page.locator("button.launcher")

    @property
    def panel(self) -> Locator:
        """The conversation."""
        return self.page.locator("#panel")

    @property
    def input(self) -> Locator:
        """Where a question is typed."""
        return self.panel.locator(".composer textarea")

    @property
    def answer(self) -> Locator:
        """The latest answer."""
        return self.panel.locator("article.answer").last

    @property
    def card(self) -> Locator:
        """The open citation."""
        return self.panel.locator("[data-card]")

    @property
    def violations(self) -> list[str]:
        """The directives of the page's policy that something went against."""
        violated: list[str] = self.page.evaluate("window.violations")
        return violated

    def tabs_to(self, target: Locator, *, key: str = "Tab") -> None:
        """Press the key until the target has the focus; AssertionError when it never has."""
        for _ in range(_MOST_TABS):
            if target.evaluate("element => element.getRootNode().activeElement === element"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"no {key} leads to {target}")

    def opens(self) -> None:
        """Open the panel by keyboard alone."""
        self.tabs_to(self.launcher)
        self.page.keyboard.press("Enter")
        expect(self.input).to_be_focused()

    def asks(self, question: str) -> None:
        """Type a question where the focus is, and wait for the whole answer."""
        self.page.keyboard.type(question)
        self.page.keyboard.press("Enter")
        self.is_answered()

    def asks_next(self, question: str) -> None:
        """Ask one question more, and wait for the whole answer to it."""
        count = self.panel.locator("article.answer").count()
        self.page.keyboard.type(question)
        self.page.keyboard.press("Enter")
        expect(self.panel.locator("article.answer")).to_have_count(count + 1)
        self.is_answered()

    def is_answered(self) -> None:
        """Wait for the whole answer."""
        expect(self.answer).to_have_attribute("data-state", "done")


def visitor_in(context: BrowserContext) -> Visitor:
    """Return a visitor whose page is empty yet."""
    visitor = Visitor(context.new_page())
    visitor.page.add_init_script(_VIOLATIONS)

    def on_console(message: ConsoleMessage) -> None:
        visitor.messages.append(f"{message.type}: {message.text}")

    def on_error(error: Error) -> None:
        visitor.errors.append(str(error))

    def on_request(request: Request) -> None:
        visitor.requests.append(request.url)

    visitor.page.on("console", on_console)
    visitor.page.on("pageerror", on_error)
    visitor.page.on("request", on_request)
    return visitor
