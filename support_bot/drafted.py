"""Turn `python -m support_bot drafts` into what became of agents' drafts: how many were sent, changed, put away."""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.settings import KnowledgeSettings
from support_bot.settings import SupportBotSettings

_DAY = 86_400.0
_ARTICLES = 10
_SENT = ("inserted", "copied", "noted")
_UNCHANGED = 0.1  # of the words: a name put in, a comma


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the drafts of some days."""

    site: str
    days: int
    agents: int
    drafts: int  # replies, without questions and summaries
    without_draft: int  # for which nothing solid was found
    inserted: int
    copied: int
    noted: int
    discarded: int
    undecided: int
    unchanged: int  # of those sent whose text is known: at most a tenth of the words
    changed: int
    mean_change: float | None  # the share of words, None where nothing is known
    up: int
    down: int
    questions: int
    summaries: int
    cost: float
    articles: dict[str, int]  # the documents most cited in drafts that were sent
    by_agent: dict[str, dict[str, int]]  # empty unless they are kept by name


def report(kept: Sequence[dict[str, Any]], *, site: str, days: int, names_agents: bool) -> Report:
    """Return what became of drafts."""
    replies = [each for each in kept if each["kind"] == "draft"]
    solid = [each for each in replies if each["outcome"] in ("answered", "partial")]
    fates = Counter(each["fate"] for each in solid)
    sent = [each for each in solid if each["fate"] in _SENT]
    changes = [each["edited"] for each in sent if each["edited"] is not None]
    cited = Counter(document for each in sent for document in each["documents"])
    kinds, ratings = Counter(each["kind"] for each in kept), Counter(each["rating"] for each in kept)
    return Report(
        site=site,
        days=days,
        agents=len({each["agent"] for each in kept}),
        drafts=len(solid),
        without_draft=len(replies) - len(solid),
        inserted=fates["inserted"],
        copied=fates["copied"],
        noted=fates["noted"],
        discarded=fates["discarded"],
        undecided=fates[None],
        unchanged=sum(change <= _UNCHANGED for change in changes),
        changed=sum(change > _UNCHANGED for change in changes),
        mean_change=round(sum(changes) / len(changes), 3) if changes else None,
        up=ratings["up"],
        down=ratings["down"],
        questions=kinds["question"],
        summaries=kinds["summary"],
        cost=sum(each["cost"] for each in kept),
        articles=dict(cited.most_common(_ARTICLES)),
        by_agent=_by_agent(solid) if names_agents else {},
    )


def report_lines(found: Report) -> Iterator[str]:
    """Yield a report as lines for a terminal."""
    yield f"Site {found.site!r}, the last {found.days} days; {found.agents} agents."
    yield f"drafts: {found.drafts}, and {found.without_draft} tickets for which nothing solid was found"
    yield f"    inserted {found.inserted}, copied {found.copied}, written as a note {found.noted}"
    yield f"    discarded {found.discarded}, nothing known of {found.undecided}"
    if found.mean_change is not None:
        changed = f"sent as they were {found.unchanged}, changed {found.changed}"
        yield f"    {changed}; on average {found.mean_change:.0%} of the words changed"
    yield f"rated: {found.up} up, {found.down} down"
    yield f"questions to the articles: {found.questions}; summaries: {found.summaries}; cost ${found.cost:.4f}"
    for document, count in found.articles.items():
        yield f"    {document}  cited in {count} drafts that were sent"
    for agent, fates in found.by_agent.items():
        yield f"{agent}: {', '.join(f'{fate} {count}' for fate, count in fates.items())}"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> list[argparse.ArgumentParser]:
    """Add the command to the command line."""
    drafts = commands.add_parser("drafts", help="print what became of the drafts that agents were given")
    drafts.add_argument("--days", type=int, default=30, metavar="N", help="of how many days (default: 30)")
    drafts.add_argument("--json", action="store_true", help="print it as one JSON object")
    drafts.set_defaults(command=_drafts)
    return [drafts]


def _drafts(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.keeping import fates_of, open_store  # other commands need not pay for its imports

    with closing(open_store(settings, knowledge_settings)) as store:
        fates = fates_of(settings, knowledge_settings, store)
        kept = list(fates.kept(since=time.time() - options.days * _DAY))
    found = report(kept, site=settings.site, days=options.days, names_agents=settings.panel_names_agents)
    print(json.dumps(asdict(found)) if options.json else "\n".join(report_lines(found)))
    return 0


def _by_agent(solid: Sequence[dict[str, Any]]) -> dict[str, dict[str, int]]:
    counted: dict[str, Counter[str]] = {}
    for each in solid:
        counted.setdefault(each["agent"], Counter())[each["fate"] or "unknown"] += 1
    return {agent: dict(fates) for agent, fates in sorted(counted.items())}
