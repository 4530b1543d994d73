"""Turn what goes wrong or is refused while serving into figures: counts and times, never a text or an id."""

from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from support_bot.access.principal import Kind

_PREFIX = "support_bot_"
_SECONDS = (0.25, 0.5, 1, 2, 5, 10, 30)


class Incidents:
    """Counts what happens to one server."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(namespace=_PREFIX.rstrip("_"), registry=registry)  # its memory, its open files and their limit
        self._problems = Counter(
            f"{_PREFIX}problems", "Requests that were answered by a problem, by its type.", ["type"], registry=registry
        )
        self._resumed = Counter(
            f"{_PREFIX}resumed_streams", "Askers who came back for a stream's rest.", ["rest"], registry=registry
        )
        self._repeated = Counter(f"{_PREFIX}repeated_requests", "Requests that came before.", registry=registry)
        self._shed = Counter(
            f"{_PREFIX}shed",
            "Questions turned away since every place was taken, by who asked.",
            ["kind"],
            registry=registry,
        )
        for kind in get_args(Kind):  # there from the start, so that a rise can be seen
            self._shed.labels(kind)
        self._slow_readers = Counter(
            f"{_PREFIX}slow_readers", "Connections closed since nobody read what was sent.", registry=registry
        )
        self._interrupted = Counter(
            f"{_PREFIX}interrupted_answers", "Answers that the server's last end had cut off.", registry=registry
        )
        self._blocked = Histogram(
            f"{_PREFIX}blocked_seconds",
            "How long the event loop did nothing else.",
            registry=registry,
            buckets=_SECONDS,
        )

    def problem(self, slug: str) -> None:
        """Count a request that was answered by a problem."""
        self._problems.labels(slug).inc()

    def resumed(self, *, is_missing: bool) -> None:
        """Count an asker who came back, and whether something was missing."""
        self._resumed.labels("sent" if is_missing else "none").inc()

    def repeated(self) -> None:
        """Count a request that came before."""
        self._repeated.inc()

    def shed(self, kind: Kind) -> None:
        """Count a question that was turned away since every place was taken."""
        self._shed.labels(kind).inc()

    def slow_reader(self) -> None:
        """Count a connection that was closed since nobody read what was sent."""
        self._slow_readers.inc()

    def interrupted(self, count: int) -> None:
        """Count answers that the server's last end had cut off."""
        self._interrupted.inc(count)

    def blocked(self, seconds: float) -> None:
        """Count a time for which the event loop did nothing else."""
        self._blocked.observe(seconds)

    def text(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self._registry)
