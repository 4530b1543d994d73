from pathlib import Path

import pytest

from support_bot.evaluation.datasets import Query
from support_bot.evaluation.errors import DatasetError
from support_bot.evaluation.retrieval import Ranking
from support_bot.evaluation.runs import read_run, run_lines, run_of

_RANKINGS = [
    Ranking(Query("q1", "Where?", {"a1": 1}), articles=("a2", "a1"), scores=(1.5, -0.25)),
    Ranking(Query("q2", "When?", {"a2": 1}), articles=("a1",), scores=(2.0,)),
]


def test_a_run_file_has_a_line_for_each_article_of_each_question() -> None:
    assert list(run_lines(_RANKINGS)) == [
        "q1 Q0 a2 1 1.500000 support-bot",
        "q1 Q0 a1 2 -0.250000 support-bot",
        "q2 Q0 a1 1 2.000000 support-bot",
    ]


def test_a_run_that_was_written_is_read_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_text("\n".join(run_lines(_RANKINGS)), encoding="utf-8")

    assert read_run(tmp_path / "run.txt") == run_of(_RANKINGS) == {"q1": ("a2", "a1"), "q2": ("a1",)}


def test_scores_rank_and_among_equals_the_order_of_the_lines(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_text("q Q0 low 1 0.1 x\nq\tQ0\tone 2 0.5 x\nq Q0 two 3 5e-1 x\n", encoding="utf-8")

    assert read_run(tmp_path / "run.txt") == {"q": ("one", "two", "low")}


@pytest.mark.parametrize("line", ["q Q0 a 1 0.5", "q Q0 a 1 high x", "q Q0 a 1 nan x", "q Q0 a b 1 0.5 x"])
def test_a_line_that_is_no_runs_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "run.txt").write_text(f"q Q0 a 1 0.5 x\n\n{line}\n", encoding="utf-8")

    with pytest.raises(DatasetError, match=r"run\.txt, line 3: must be query-id Q0 corpus-id rank score tag"):
        read_run(tmp_path / "run.txt")


def test_a_run_file_that_is_not_there_is_named_with_the_command_that_writes_one(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none\.txt does not exist.*eval retrieval --run FILE"):
        read_run(tmp_path / "none.txt")


def test_a_run_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_bytes(b"caf\xe9 Q0 a 1 1 x\n")

    with pytest.raises(DatasetError, match=r"run\.txt is not UTF-8 at byte 3"):
        read_run(tmp_path / "run.txt")
