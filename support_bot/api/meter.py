"""Turn what answers are made of into figures in Prometheus' text format: counts and times, never a text or an id."""

import hmac
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from pydantic import SecretStr

from knowledge.generation import Manifest
from support_bot.answering.events import AnswerEvent, Delta, Failed, Verdict
from support_bot.conversations.ledger import Spent
from support_bot.handoff.records import Waiting
from support_bot.llm.budget import Bill
from support_bot.llm.errors import ModelUnavailable
from support_bot.llm.pricing import Usage

_PREFIX = "support_bot_"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)


class Meter:
    """Counts answers as they are given. `ingest_figures` is the file that an import leaves."""

    def __init__(self, *, token: SecretStr, ingest_figures: Path) -> None:
        self._token = token.get_secret_value()
        self._ingest_figures = ingest_figures
        self._registry = registry = CollectorRegistry()
        self._answers = Counter(
            f"{_PREFIX}answers", "Answers, by how the question was settled.", ["outcome", "mode"], registry=registry
        )
        self._degraded = Counter(
            f"{_PREFIX}llm_failures", "Answers that the language model failed.", ["kind"], registry=registry
        )
        self._seconds = Histogram(
            f"{_PREFIX}answer_seconds", "From the question to the answer's end.", registry=registry, buckets=_SECONDS
        )
        self._first = Histogram(
            f"{_PREFIX}first_words_seconds",
            "From the question to the first words.",
            registry=registry,
            buckets=_SECONDS,
        )
        self._tokens = Counter(f"{_PREFIX}llm_tokens", "Tokens that the endpoint counted.", ["kind"], registry=registry)
        self._cost = Counter(f"{_PREFIX}llm_cost_dollars", "Their price.", registry=registry)
        self._over_budget = Counter(
            f"{_PREFIX}answers_over_budget", "Answers for which the caps left nothing.", registry=registry
        )
        self._cached = Counter(
            f"{_PREFIX}answers_cached", "Answers that the model wrote for an earlier asker.", registry=registry
        )
        self._spent, self._held, self._cap = (
            Gauge(f"{_PREFIX}{name}_dollars", meaning, ["period"], registry=registry)
            for name, meaning in (
                ("spent", "What the site has spent today and this month, in UTC."),
                ("spending_held", "What is held back for answers that are being given."),
                ("spending_cap", "What it may spend; 0 for no cap."),
            )
        )
        self._drafts = Counter(
            f"{_PREFIX}drafts",
            "What was drafted for agents, by its kind and how it was settled.",
            ["kind", "outcome", "mode"],
            registry=registry,
        )
        self._draft_first = Histogram(
            f"{_PREFIX}draft_first_words_seconds",
            "From the opened ticket to the first words.",
            registry=registry,
            buckets=_SECONDS,
        )
        self._deliveries = Counter(
            f"{_PREFIX}handoff_deliveries",
            "Attempts to deliver what visitors write to a person.",
            ["result"],
            registry=registry,
        )
        for result in ("delivered", "failed"):  # there from the start, so that a rise can be seen
            self._deliveries.labels(result)
        self._waiting = Gauge(f"{_PREFIX}handoffs_waiting", "Messages to a person that wait.", registry=registry)
        self._oldest = Gauge(
            f"{_PREFIX}handoff_oldest_seconds", "How long the oldest of them has waited.", registry=registry
        )
        self._running = Gauge(f"{_PREFIX}answers_running", "Answers that are being given.", registry=registry)
        self._inflight = Gauge(f"{_PREFIX}llm_inflight", "Calls of the language model being made.", registry=registry)
        self._is_left_alone = Gauge(
            f"{_PREFIX}llm_left_alone", "Whether no endpoint is asked, since it keeps failing.", registry=registry
        )
        self._index = {
            name: Gauge(f"{_PREFIX}index_{name}", meaning, registry=registry)
            for name, meaning in (
                ("generation", "The number of the index that answers."),
                ("age_seconds", "How long ago it was built."),
                ("documents", "Documents in it, of all audiences."),
                ("passages", "Passages in it."),
            )
        }

    def knows(self, authorization: str) -> bool:
        """Whether a request's Authorization header carries the token; nothing does where none is set."""
        return bool(self._token) and hmac.compare_digest(authorization.encode(), f"Bearer {self._token}".encode())

    async def observed(
        self, events: AsyncGenerator[AnswerEvent, None], *, bill: Bill
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Yield an answer's events and count them."""
        started = time.monotonic()
        outcome, mode, is_begun = "aborted", "none", False  # until it is known: the asker may leave, or retrieval fail
        self._running.inc()
        try:
            async with aclosing(events):
                async for event in events:
                    match event:
                        case Delta() if not is_begun:
                            is_begun = True
                            self._first.observe(time.monotonic() - started)
                        case Failed():
                            self._degraded.labels(event.reason).inc()
                        case Verdict():
                            outcome, mode = event.outcome, event.mode
                            self._cached.inc(event.cached)
                            if event.degraded == "budget":
                                self._over_budget.inc()
                            elif event.degraded and mode == "extractive":
                                self._degraded.labels(event.degraded.removeprefix("llm_")).inc()
                    yield event
        except ModelUnavailable as error:
            self._degraded.labels(error.kind).inc()
            raise
        finally:
            self._count(bill.usage)
            self._running.dec()
            self._answers.labels(outcome, mode).inc()
            self._seconds.observe(time.monotonic() - started)

    def tell_draft(self, kind: str, *, outcome: str, mode: str, first_seconds: float | None, usage: Usage) -> None:
        """Count what was drafted; an agent's question is an answer besides, whose cost is counted there."""
        self._drafts.labels(kind, outcome, mode).inc()
        if first_seconds is not None:
            self._draft_first.observe(first_seconds)
        if kind != "question":
            self._count(usage)

    def tell_delivery(self, failed: bool) -> None:
        """Count an attempt to deliver a handoff."""
        self._deliveries.labels("failed" if failed else "delivered").inc()

    def text(
        self,
        manifest: Manifest | None,
        *,
        spent: Sequence[Spent] = (),
        waiting: Waiting | None = None,
        inflight: int = 0,
        is_left_alone: bool = False,
    ) -> bytes:
        """Return all figures: of the index that answers, of the answers and their cost, of the last import."""
        self._inflight.set(inflight)
        self._is_left_alone.set(is_left_alone)
        for period, each in zip(("day", "month"), spent, strict=False):
            self._spent.labels(period).set(each.cost)
            self._held.labels(period).set(each.held)
            self._cap.labels(period).set(each.cap)
        if waiting is not None:
            self._waiting.set(waiting.count)
            self._oldest.set(waiting.oldest)
        if manifest is not None:
            age = (datetime.now(UTC) - datetime.fromisoformat(manifest.created)).total_seconds()
            self._index["generation"].set(manifest.number)
            self._index["age_seconds"].set(max(0.0, age))  # the clock may have been set back
            self._index["documents"].set(manifest.documents)
            self._index["passages"].set(manifest.passages)
        ingest = self._ingest_figures.read_bytes() if self._ingest_figures.exists() else b""
        return generate_latest(self._registry) + ingest

    def _count(self, usage: Usage) -> None:
        self._tokens.labels("input").inc(usage.input_tokens)
        self._tokens.labels("cached_input").inc(usage.cached_tokens)
        self._tokens.labels("output").inc(usage.output_tokens)
        self._cost.inc(usage.cost)
