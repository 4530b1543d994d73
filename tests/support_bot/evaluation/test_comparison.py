import json
from pathlib import Path

import pytest

from support_bot.evaluation.comparison import comparison
from support_bot.evaluation.datasets import Dataset, Query

_QUERIES = tuple(Query(f"q{n}", "Where?", {"right": 1}) for n in range(40))
_DATASET = Dataset(name="help", corpus=Path("help/corpus.jsonl"), articles=2, queries=_QUERIES)
_RIGHT, _WRONG = ("right", "wrong"), ("wrong", "right")
_FIRST = {query.id: _RIGHT for query in _QUERIES}
_SECOND = {**_FIRST, **{f"q{n}": _WRONG for n in range(10)}}


def test_the_gain_is_the_mean_of_the_questions_differences() -> None:
    found = comparison(_DATASET, _FIRST, _SECOND).metrics["P@1"]

    assert [found.first, found.second, found.gain.mean] == pytest.approx([1.0, 0.75, 0.25])
    assert (found.better, found.worse) == (10, 0)


def test_its_interval_is_that_of_the_differences_and_not_of_the_means() -> None:
    # Both runs fail on the same half of the questions: the means are uncertain, their difference is not.
    half = {query.id: _WRONG if n % 2 else _RIGHT for n, query in enumerate(_QUERIES)}
    found = comparison(_DATASET, half, half).metrics["P@1"]

    assert (found.gain.low, found.gain.mean, found.gain.high) == (0.0, 0.0, 0.0)
    assert comparison(_DATASET, _FIRST, _SECOND).metrics["P@1"].gain.low > 0


def test_turned_round_the_gain_is_a_loss() -> None:
    found = comparison(_DATASET, _SECOND, _FIRST).metrics["MRR"]

    assert found.gain.mean == pytest.approx(-0.125)
    assert (found.better, found.worse) == (0, 10)


def test_a_question_that_a_run_leaves_out_found_nothing() -> None:
    assert comparison(_DATASET, {}, _FIRST).metrics["Recall@10"].first == 0.0


def test_a_comparison_reads_as_a_table_and_is_one_json_object() -> None:
    found = comparison(_DATASET, _FIRST, _SECOND)

    (line,) = (line for line in found.lines() if line.startswith("P@1"))
    assert line.split()[:4] == ["P@1", "1.000", "0.750", "+0.250"]
    assert json.loads(found.to_json())["metrics"]["P@1"]["gain"]["mean"] == pytest.approx(0.25)
