"""Turn `python -m support_bot costs` into what a site has spent: by day, by conversation and by answer."""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass

from knowledge.settings import KnowledgeSettings
from support_bot.conversations.errors import NotKept
from support_bot.conversations.ledger import Spent
from support_bot.conversations.records import Cost
from support_bot.settings import SupportBotSettings

_CONVERSATIONS = 10


@dataclass(frozen=True, slots=True)
class Report:
    """What a site has spent, in US dollars; days and months are those of UTC."""

    site: str
    today: Spent
    month: Spent
    days: Sequence[Spent]
    conversations: Sequence[Cost]  # the dearest of those that are still kept


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> list[argparse.ArgumentParser]:
    """Add the command to the command line."""
    costs = commands.add_parser("costs", help="print what the site has spent on its language model")
    costs.add_argument("--days", type=int, default=31, metavar="N", help="how many days to list (default: 31)")
    costs.add_argument("--conversation", metavar="ID", help="list what each answer of a conversation cost instead")
    costs.add_argument("--json", action="store_true", help="print it as one JSON object")
    costs.set_defaults(command=_costs)
    return [costs]


def _costs(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.keeping import ledger_of, open_store  # other commands need not pay for its imports

    with closing(open_store(settings, knowledge_settings)) as store:
        if options.conversation:
            answers = store.costs_of(options.conversation)
            if not answers:
                raise NotKept(f"Site {settings.site!r} keeps no such conversation: {options.conversation!r}.")
            print(json.dumps([asdict(each) for each in answers]) if options.json else "\n".join(answer_lines(answers)))
            return 0
        ledger = ledger_of(settings, store)
        today, month = ledger.standing()
        report = Report(settings.site, today, month, ledger.days(options.days), store.dearest(_CONVERSATIONS))
    print(json.dumps(asdict(report)) if options.json else "\n".join(report_lines(report)))
    return 0


def answer_lines(answers: Sequence[Cost]) -> Iterator[str]:
    """Yield what each answer of a conversation cost, and all of them together."""
    for each in answers:
        yield f"{each.name}  ${each.cost:.6f}"
    yield f"{len(answers)} answers  ${sum(each.cost for each in answers):.6f}"


def report_lines(report: Report) -> Iterator[str]:
    """Yield a report as lines for a terminal."""
    yield f"Site {report.site!r}, in US dollars; days and months are those of UTC."
    for name, spent in (("today", report.today), ("this month", report.month)):
        cap = f" of ${spent.cap:g} ({spent.cost / spent.cap:.0%})" if spent.cap else ", no cap"
        held = f", ${spent.held:.4f} held back for answers that are being given" if spent.held else ""
        yield f"{name}: ${spent.cost:.4f}{cap}{held}"
    if report.days:
        yield ""
        yield "day         calls of the model  cost"
    for spent in report.days:
        yield f"{spent.period}  {spent.calls:18}  ${spent.cost:.4f}"
    if report.conversations:
        yield ""
        yield "The dearest conversations that are kept:"
    for each in report.conversations:
        yield f"{each.name}  {each.answers} answers  ${each.cost:.6f}"
