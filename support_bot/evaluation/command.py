"""Turn the arguments of `python -m support_bot eval` into a report."""

from collections.abc import Sequence
from pathlib import Path

from knowledge.embeddings import SentenceTransformersEmbeddings
from support_bot.evaluation.abstention import cases, questions_in
from support_bot.evaluation.abstention_report import AbstentionReport, abstention_report
from support_bot.evaluation.calibration import cross_validated, fitted, probabilities
from support_bot.evaluation.citations import CitationsReport, citations_report
from support_bot.evaluation.claims import claims
from support_bot.evaluation.comparison import Comparison, comparison
from support_bot.evaluation.datasets import dataset, judged_claims
from support_bot.evaluation.errors import DatasetError
from support_bot.evaluation.report import RetrievalReport, report
from support_bot.evaluation.retrieval import indexed, milliseconds, rankings
from support_bot.evaluation.runs import read_run, run_lines, run_of
from support_bot.retrieval.confidence import Calibration


def retrieval_report(
    folder: Path,
    *,
    data_dir: Path,
    embeddings: SentenceTransformersEmbeddings,
    run_file: Path | None = None,
    against: Path | None = None,
) -> RetrievalReport:
    """Return how well the dataset in this folder is searched, and against the run in a file if one is given.

    `embeddings` must be the model that the settings name, as `ingest` reads it from there too. Writes the TREC run file
    when one is named. Raises EvaluationError for a file that cannot be read or indexed, KnowledgeError for an index
    that cannot be opened.
    """
    measured = dataset(folder)
    other = None if against is None else read_run(against)
    index = indexed(measured, data_dir=data_dir)
    taken = milliseconds(measured, data_dir=data_dir, embeddings=embeddings)
    found = list(rankings(measured, data_dir=data_dir, embeddings=embeddings))
    if run_file is not None:
        run_file.write_text("".join(f"{line}\n" for line in run_lines(found)), encoding="utf-8")
    compared = None if other is None else comparison(measured, run_of(found), other)
    return report(measured, index, found, milliseconds=taken, comparison=compared)


def checked_citations(
    folder: Path, *, data_dir: Path, embeddings: SentenceTransformersEmbeddings, own_names: Sequence[str]
) -> CitationsReport:
    """Return what the citation check shows of the dataset's answers and of corruptions of them.

    Raises EvaluationError for a file that cannot be read or indexed, or a dataset without answers.
    """
    measured = dataset(folder)
    judged = judged_claims(folder)
    if judged is None and not any(query.answer for query in measured.queries):
        raise DatasetError(f'{folder} has no answers. Give its questions an "answer", or add claims.jsonl.')
    indexed(measured, data_dir=data_dir)
    found = claims(measured, judged, data_dir=data_dir, embeddings=embeddings)
    if not found:
        raise DatasetError(
            f"No article that answers a question of {folder} was found for it, so nothing can be checked."
        )
    return citations_report(measured.name, found, own_names=own_names)


def abstention(
    folder: Path,
    *,
    data_dir: Path,
    embeddings: SentenceTransformersEmbeddings,
    calibration: Calibration,
    far: Path | None = None,
    fit: Path | None = None,
    precision: float = 0.9,
) -> AbstentionReport:
    """Return how well the product tells the dataset's questions that it can answer from those that it cannot.

    `fit` names the file for a calibration that is fitted to these questions; the report is then of its probabilities,
    each by a fit on the other questions. Raises EvaluationError for a file that cannot be read or indexed.
    """
    measured = dataset(folder)
    beside = questions_in(far) if far is not None else []
    indexed(measured, data_dir=data_dir)
    found = list(cases(measured, far=beside, data_dir=data_dir, embeddings=embeddings))
    if not found:
        raise DatasetError(f"No question of {folder} finds anything. Ask for what its articles are about.")
    if fit is None:
        judged = probabilities(found, calibration)
    else:
        fitted(found, prior=calibration).write(fit)
        judged = cross_validated(found, prior=calibration)
    return abstention_report(measured.name, found, judged, precision=precision, fitted=fit is not None)


def runs_comparison(folder: Path, *, run: Path, against: Path) -> Comparison:
    """Return how much better the first run file answers the dataset's questions than the second."""
    return comparison(dataset(folder), read_run(run), read_run(against))
