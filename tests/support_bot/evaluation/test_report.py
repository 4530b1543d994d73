import json
from pathlib import Path

import pytest

from support_bot.evaluation.datasets import Dataset, Query
from support_bot.evaluation.report import report
from support_bot.evaluation.retrieval import Indexed, Ranking

_QUERIES = (Query("q1", "Where?", {"a1": 1}), Query("q2", "When?", {"a2": 1}))
_DATASET = Dataset(name="help", corpus=Path("help/corpus.jsonl"), articles=2, queries=_QUERIES)
_RANKINGS = [
    Ranking(_QUERIES[0], articles=("a1", "a2"), scores=(2.0, 1.0)),
    Ranking(_QUERIES[1], articles=("a1", "a2"), scores=(2.0, 1.0)),
]
_MILLISECONDS = [10.0, 20.0]
_INDEXED = Indexed(passages=7, embedded=0, failed=())


def test_a_report_holds_the_mean_over_the_questions() -> None:
    found = report(_DATASET, _INDEXED, _RANKINGS, milliseconds=_MILLISECONDS)

    assert found.metrics["P@1"].mean == pytest.approx(0.5)
    assert found.metrics["MRR"].mean == pytest.approx(0.75)
    assert found.metrics["Recall@5"].mean == pytest.approx(1.0)
    assert (found.queries, found.articles, found.passages) == (2, 2, 7)


def test_a_report_tells_the_median_time_of_a_question() -> None:
    assert report(_DATASET, _INDEXED, _RANKINGS, milliseconds=_MILLISECONDS).latency_ms.p50 == pytest.approx(15.0)


def test_a_report_reads_as_a_table() -> None:
    lines = list(report(_DATASET, _INDEXED, _RANKINGS, milliseconds=_MILLISECONDS).lines())

    assert lines[0] == "help: 2 questions, 2 articles, 7 passages"
    assert "P@1         0.500  0.000 to 1.000" in lines


def test_a_report_is_one_json_object() -> None:
    found = json.loads(report(_DATASET, _INDEXED, _RANKINGS, milliseconds=_MILLISECONDS).to_json())

    assert found["metrics"]["P@1"] == {"mean": 0.5, "low": 0.0, "high": 1.0}
    assert set(found["latency_ms"]) == {"p50", "p95"}
