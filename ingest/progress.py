"""Show how far a reindex is: a bar on a terminal, a line a step elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


class Progress:
    """Steps of known length, told to standard error so that standard output holds the report alone."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet

    @contextmanager
    def step(self, name: str, *, total: int) -> Iterator[Callable[[int], None]]:
        """Open a step; yield the function to call with the number of things just done."""
        if self._quiet or total == 0:
            yield lambda _: None
            return
        if not sys.stderr.isatty():
            print(f"{name}: {total}", file=sys.stderr, flush=True)
            yield lambda _: None
            return
        with tqdm(total=total, desc=name, unit="", leave=False, file=sys.stderr) as bar:

            def advance(done: int) -> None:
                bar.update(done)

            yield advance
