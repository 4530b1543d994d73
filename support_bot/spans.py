"""Mark what takes time while a request is answered, for whoever has asked to see it; where nobody has, nothing is done.

A span has a name, times and counts, never a text.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Span:
    """One thing that takes time, while it is done."""

    attributes: dict[str, str | int | float] = field(default_factory=dict)
    is_kept: bool = True  # not so, where it turns out that nothing was done


Recorder = Callable[[str], AbstractContextManager[Span]]

RECORDER: ContextVar[Recorder | None] = ContextVar("recorder", default=None)
"""What keeps the spans of the request that is being answered here."""


def span(name: str) -> AbstractContextManager[Span]:
    """Return what is entered when something that takes time begins, and left when it has ended."""
    recorder = RECORDER.get()
    return nullcontext(Span()) if recorder is None else recorder(name)
