"""Turn rankings into TREC run files, and run files back into rankings.

A line is `query-id Q0 corpus-id rank score tag`. Ranks are read, as trec_eval does it, from the scores.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from support_bot.evaluation.errors import DatasetError
from support_bot.evaluation.retrieval import Ranking

Run = Mapping[str, tuple[str, ...]]
"""The articles found for each question, best first, by the ids of both."""

_TAG = "support-bot"
_COLUMNS = 6


def run_of(rankings: Iterable[Ranking]) -> Run:
    """Return the run that the rankings make."""
    return {ranking.query.id: ranking.articles for ranking in rankings}


def run_lines(rankings: Iterable[Ranking]) -> Iterator[str]:
    """Yield the lines of a run file."""
    for ranking in rankings:
        for rank, (article, score) in enumerate(zip(ranking.articles, ranking.scores, strict=True), start=1):
            yield f"{ranking.query.id} Q0 {article} {rank} {score:.6f} {_TAG}"


def read_run(file: Path) -> Run:
    """Return the run in a file. Raises DatasetError for the first line that is not what it should be."""
    found: dict[str, list[tuple[float, int, str]]] = {}
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise DatasetError(f"{file} does not exist. Give a run file that `eval retrieval --run FILE` wrote.") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{file} is not UTF-8 at byte {error.start}. Give a TREC run file.") from error
    for number, line in enumerate(lines, start=1):
        columns = line.split()
        if not columns:
            continue
        score = _number(columns[4]) if len(columns) == _COLUMNS else None
        if score is None:
            raise DatasetError(f"{file}, line {number}: must be query-id Q0 corpus-id rank score tag.")
        # Among equal scores the one that stands first goes first.
        found.setdefault(columns[0], []).append((-score, number, columns[2]))
    return {query: tuple(article for *_, article in sorted(rows)) for query, rows in found.items()}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
