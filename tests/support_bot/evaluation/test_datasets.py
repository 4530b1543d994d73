import json
from pathlib import Path

import pytest

from support_bot.evaluation.datasets import dataset
from support_bot.evaluation.errors import DatasetError

_ARTICLES = [{"id": "a1", "title": "Refunds", "text": "We refund within a week."}, {"id": "a2", "text": "Call us."}]
_QUESTIONS = [{"id": "q1", "text": "When am I refunded?"}, {"id": "q2", "text": "How do I fly?"}]
_JUDGEMENTS = "query-id\tcorpus-id\tscore\nq1\ta1\t2\nq1\ta2\t0\n"


def written(
    folder: Path,
    *,
    articles: list[dict[str, str]] = _ARTICLES,
    questions: list[dict[str, str]] = _QUESTIONS,
    judgements: str = _JUDGEMENTS,
) -> Path:
    (folder / "corpus.jsonl").write_text("".join(json.dumps(line) + "\n" for line in articles), encoding="utf-8")
    (folder / "queries.jsonl").write_text("".join(json.dumps(line) + "\n" for line in questions), encoding="utf-8")
    (folder / "qrels.tsv").write_text(judgements, encoding="utf-8")
    return folder


def test_a_dataset_is_named_for_its_folder_and_counts_its_articles(tmp_path: Path) -> None:
    (tmp_path / "help-centre").mkdir()

    found = dataset(written(tmp_path / "help-centre"))

    assert (found.name, found.articles, found.corpus) == ("help-centre", 2, tmp_path / "help-centre" / "corpus.jsonl")


def test_a_question_knows_the_articles_that_are_judged_to_answer_it(tmp_path: Path) -> None:
    (question,) = dataset(written(tmp_path)).queries

    assert (question.id, question.text, dict(question.relevance)) == ("q1", "When am I refunded?", {"a1": 2})


def test_a_question_without_judgements_is_left_out(tmp_path: Path) -> None:
    assert [query.id for query in dataset(written(tmp_path)).queries] == ["q1"]


def test_windows_line_ends_and_blank_lines_are_no_fault(tmp_path: Path) -> None:
    folder = written(tmp_path, judgements=_JUDGEMENTS.replace("\n", "\r\n") + "\r\n")

    assert len(dataset(folder).queries) == 1


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "queries.jsonl").write_text('{"id": "q1", "text": "one\u2028two"}\n', encoding="utf-8")

    assert dataset(folder).queries[0].text == "one\u2028two"


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named_with_what_the_folder_should_hold(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path)
    (folder / name).unlink()

    with pytest.raises(DatasetError, match=rf"{name} does not exist.*corpus\.jsonl, queries\.jsonl and qrels\.tsv"):
        dataset(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
@pytest.mark.parametrize("line", ["{", "[]", '{"id": "q9"}', '{"id": 9, "text": "x"}', '{"id": "q 9", "text": "x"}'])
def test_a_line_that_is_no_article_or_question_is_named_by_its_number(tmp_path: Path, name: str, line: str) -> None:
    folder = written(tmp_path)
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(line + "\n")

    with pytest.raises(DatasetError, match=rf'{name}, line 3: must be a JSON object with "id" and "text"'):
        dataset(folder)


def test_an_id_that_comes_twice_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, articles=[*_ARTICLES, _ARTICLES[0]])

    with pytest.raises(DatasetError, match=r"corpus\.jsonl, line 3: repeats the id 'a1'"):
        dataset(folder)


def test_judgements_without_their_heading_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"qrels\.tsv, line 1: must be the columns query-id, corpus-id, score"):
        dataset(written(tmp_path, judgements="q1\ta1\t1\n"))


@pytest.mark.parametrize("line", ["q1\ta1", "q1 a1 1", "q1\ta1\tyes", "q1\ta1\t0.5", "q1\t0\ta1\t1"])
def test_a_judgement_that_is_not_two_ids_and_a_number_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(DatasetError, match=r"qrels\.tsv, line 4: must be a query's id"):
        dataset(written(tmp_path, judgements=f"{_JUDGEMENTS}{line}\n"))


def test_a_judged_article_that_is_not_there_counts_as_one_that_is_never_found(tmp_path: Path) -> None:
    (question,) = dataset(written(tmp_path, judgements=f"{_JUDGEMENTS}q1\ta9\t1\n")).queries

    assert dict(question.relevance) == {"a1": 2, "a9": 1}


@pytest.mark.parametrize("judgement", ["q1\ta1\t0", "q9\ta1\t1", "q1\ta9\t1"])
def test_judgements_that_tie_no_question_to_an_article_are_refused(tmp_path: Path, judgement: str) -> None:
    with pytest.raises(DatasetError, match=r"qrels\.tsv ties no id of queries\.jsonl to one of corpus\.jsonl"):
        dataset(written(tmp_path, judgements=f"query-id\tcorpus-id\tscore\n{judgement}\n"))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "queries.jsonl").write_bytes(b'{"id": "q1", "text": "caf\xe9"}\n')

    with pytest.raises(DatasetError, match=r"queries\.jsonl is not UTF-8 at byte 25"):
        dataset(folder)
