"""Turn the arguments of `python -m support_bot eval` into a report."""

from pathlib import Path

from knowledge.embeddings import SentenceTransformersEmbeddings
from support_bot.evaluation.datasets import dataset
from support_bot.evaluation.report import RetrievalReport, report
from support_bot.evaluation.retrieval import indexed, rankings, run_lines


def retrieval_report(
    folder: Path, *, data_dir: Path, embeddings: SentenceTransformersEmbeddings, run_file: Path | None
) -> RetrievalReport:
    """Return how well the dataset in this folder is searched, and write the TREC run file when one is named.

    `embeddings` must be the model that the settings name, as `ingest` reads it from there too. Raises EvaluationError
    for a dataset that cannot be read or indexed, KnowledgeError for an index that cannot be opened.
    """
    measured = dataset(folder)
    index = indexed(measured, data_dir=data_dir)
    found = list(rankings(measured, data_dir=data_dir, embeddings=embeddings))
    if run_file is not None:
        run_file.write_text("".join(f"{line}\n" for line in run_lines(found)), encoding="utf-8")
    return report(measured, index, found)
