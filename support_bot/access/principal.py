"""Say for whom a request is made and what they may read."""

from dataclasses import dataclass

from knowledge.audience import Audience


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. For now every request is the same one: the server listens to this machine alone."""

    site: str
    audience: Audience  # the scope that they may read
