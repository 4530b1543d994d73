from support_bot.evaluation.datasets import Query
from support_bot.evaluation.retrieval import Ranking, run_lines


def test_a_run_file_has_a_line_for_each_article_of_each_question() -> None:
    first = Ranking(Query("q1", "Where?", {"a1": 1}), articles=("a2", "a1"), scores=(1.5, -0.25), milliseconds=3.0)
    second = Ranking(Query("q2", "When?", {"a2": 1}), articles=("a1",), scores=(2.0,), milliseconds=4.0)

    assert list(run_lines([first, second])) == [
        "q1 Q0 a2 1 1.500000 support-bot",
        "q1 Q0 a1 2 -0.250000 support-bot",
        "q2 Q0 a1 1 2.000000 support-bot",
    ]
