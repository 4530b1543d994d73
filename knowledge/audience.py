"""Order the three audiences: who may read what."""

from typing import Literal, get_args

Audience = Literal["public", "customer", "internal"]
"""Who a document is for. As a scope it is cumulative: `customer` also reads what is public, `internal` reads all."""

AUDIENCES: tuple[Audience, ...] = get_args(Audience)  # widest readership first


def narrower(first: Audience, second: Audience) -> Audience:
    """Return the audience with fewer readers: a source's audience is a ceiling that a document can only narrow."""
    return max(first, second, key=AUDIENCES.index)


def readable(scope: Audience) -> tuple[Audience, ...]:
    """Return the audiences whose documents this scope may read."""
    return AUDIENCES[: AUDIENCES.index(scope) + 1]
