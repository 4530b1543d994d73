import json
from functools import partial
from pathlib import Path

import pytest

from knowledge.embeddings import embeddings_named
from knowledge.settings import BUNDLED_MODEL
from support_bot.evaluation.command import abstention, checked_citations, retrieval_report, runs_comparison
from support_bot.evaluation.errors import DatasetError, IndexingError
from support_bot.retrieval.confidence import SHIPPED, read_calibration

_ARTICLES = {
    "bike/lock": "The key of the frame lock stays in the lock while it is open. A lost key is replaced at the counter.",
    "bike/battery": "Charge the battery at room temperature. A charge takes four hours and lasts sixty kilometres.",
    "bike/rain": "Every part may get wet. Do not aim a pressure washer at the motor or at the display.",
    "退租": "提前三天通知即可退租，押金在七個工作日內退還到原付款帳戶。",
}
_QUESTIONS = {
    "bike/lock": "What happens when I lose the key to my lock?",
    "bike/battery": "How many hours does charging take?",
    "bike/rain": "May I clean the motor with a pressure washer?",
    "退租": "退租以後押金幾天退還？",
}
_EMBEDDINGS = embeddings_named(BUNDLED_MODEL, multilingual=False, threads=1)


def written(folder: Path, articles: dict[str, str]) -> Path:
    folder.mkdir()
    corpus = (json.dumps({"id": id_, "title": "", "text": text}) for id_, text in articles.items())
    queries = (json.dumps({"id": f"q{n}", "text": text}) for n, text in enumerate(_QUESTIONS.values()))
    qrels = (f"q{n}\t{id_}\t1" for n, id_ in enumerate(_QUESTIONS) if id_ in articles)
    (folder / "corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *qrels]), encoding="utf-8")
    return folder


@pytest.mark.slow
def test_a_dataset_is_indexed_searched_and_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_GOLDEN_QUESTIONS", "those-of-the-site-that-serves.jsonl")
    folder = written(tmp_path / "Bike Hire", _ARTICLES)
    run_file = tmp_path / "run.txt"

    first = retrieval_report(folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS, run_file=run_file)
    again = retrieval_report(folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS, against=run_file)

    assert first.metrics["P@1"].mean == 1.0
    assert again.metrics == first.metrics
    assert again.comparison is not None
    assert {found.gain.mean for found in again.comparison.metrics.values()} == {0.0}
    assert runs_comparison(folder, run=run_file, against=run_file) == again.comparison
    assert (first.embedded, again.embedded) == (4, 0)
    ranked = [line.split(" ") for line in run_file.read_text(encoding="utf-8").splitlines()]
    assert [columns[2] for columns in ranked if columns[3] == "1"] == list(_ARTICLES)
    (site,) = (tmp_path / "data" / "evaluation" / "index").iterdir()
    assert site.name.startswith("bike-hire-")


@pytest.mark.slow
def test_an_article_that_cannot_be_indexed_is_named_and_never_found(tmp_path: Path) -> None:
    folder = written(tmp_path / "bikes", {**_ARTICLES, "bike/battery": " "})

    found = retrieval_report(folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS)

    assert [reason.partition(": ")[0] for reason in found.left_out] == ["corpus.jsonl#bike/battery"]
    assert found.metrics["P@1"].mean == 0.75


def test_a_run_file_to_compare_with_is_read_before_anything_is_indexed(tmp_path: Path) -> None:
    folder = written(tmp_path / "bikes", _ARTICLES)

    with pytest.raises(DatasetError, match="does not exist"):
        retrieval_report(folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS, against=tmp_path / "none")
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_a_reindex_that_fails_ends_the_evaluation(tmp_path: Path) -> None:
    folder = written(tmp_path / "bikes", _ARTICLES)
    (tmp_path / "data").write_text("a file where a folder is needed", encoding="utf-8")

    with pytest.raises(IndexingError, match="exit code 74"):
        retrieval_report(folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS)


@pytest.mark.slow
def test_the_answers_of_a_dataset_and_corruptions_of_them_are_checked(tmp_path: Path) -> None:
    folder = written(tmp_path / "bikes", _ARTICLES)
    queries = [
        {"id": "q0", "text": "What happens when I lose the key?", "answer": "A lost key is replaced at the counter."},
        {"id": "q1", "text": "How long does charging take?", "answer": "A charge takes four hours. It can last 60 km."},
    ]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")

    found = checked_citations(folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS, own_names=())

    assert found.shown["supported"].claims == 3
    assert found.shown["misattributed"].share.mean == 0
    assert found.shown["number_mismatch"].claims == 1
    judged = {"query-id": "q1", "text": "A charge takes a day.", "supported": False}
    (folder / "claims.jsonl").write_text(json.dumps(judged), encoding="utf-8")
    again = checked_citations(folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS, own_names=())
    assert {kind: kept.claims for kind, kept in again.shown.items()} == {"unsupported": 1}


def test_a_dataset_without_answers_is_refused_before_anything_is_indexed(tmp_path: Path) -> None:
    folder = written(tmp_path / "bikes", _ARTICLES)
    with pytest.raises(DatasetError, match="no answers"):
        checked_citations(folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS, own_names=())
    (folder / "claims.jsonl").write_text('{"text": "It rains."}', encoding="utf-8")
    with pytest.raises(DatasetError, match="line 1"):
        checked_citations(folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS, own_names=())


def test_abstention_is_measured_and_a_fit_is_kept_for_the_settings(tmp_path: Path) -> None:
    folder = written(tmp_path / "bikes", _ARTICLES)
    far = tmp_path / "far.jsonl"
    far.write_text(
        '{"text": "How tall is the Eiffel tower?"}\n{"text": "Who won the cup in 1998?"}\n', encoding="utf-8"
    )
    measured = partial(
        abstention, folder, data_dir=tmp_path / "data", embeddings=_EMBEDDINGS, calibration=SHIPPED, far=far
    )

    found = measured()
    refitted = measured(fit=tmp_path / "calibration.json")

    assert found.cases["answerable"] == 4
    assert found.auroc["far"].mean == 1.0
    assert (found.fitted, refitted.fitted) == (False, True)
    # Too few questions to learn from: the shipped coefficients stay.
    assert read_calibration(tmp_path / "calibration.json") == SHIPPED
    assert any(line.startswith("AUROC against far") for line in found.lines())
    assert json.loads(found.to_json())["precision"] == 0.9
