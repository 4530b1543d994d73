"""Turn `python -m support_bot eval` into measures on standard output."""

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from knowledge.embeddings import SentenceTransformersEmbeddings, embeddings_named
from knowledge.golden import golden_questions
from knowledge.settings import KnowledgeSettings
from support_bot.settings import SupportBotSettings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> list[argparse.ArgumentParser]:
    """Add the commands to the command line, and return those that read the data directory."""
    measure = commands.add_parser("eval", help="measure on a set of questions").add_subparsers(
        required=True, metavar="MEASURE"
    )
    retrieval = measure.add_parser("retrieval", help="how well the right documents are found")
    retrieval.add_argument("--run", type=Path, metavar="FILE", help="also write the rankings as a TREC run file")
    retrieval.add_argument("--against", type=Path, metavar="FILE", help="also compare with the run in this file")
    retrieval.set_defaults(command=_eval_retrieval)

    citations = measure.add_parser("citations", help="what the citation check shows, and what it withholds")
    citations.set_defaults(command=_eval_citations)

    compare = measure.add_parser("compare", help="two run files, question by question")
    compare.add_argument("run", type=Path, metavar="RUN", help="a TREC run file")
    compare.add_argument("against", type=Path, metavar="AGAINST", help="the run file that it is compared with")
    compare.set_defaults(command=_eval_compare)

    abstain = measure.add_parser("abstention", help="how well it is known what cannot be answered")
    abstain.add_argument("--far", type=Path, metavar="FILE", help="questions of other subjects, as queries.jsonl")
    abstain.add_argument("--fit", type=Path, metavar="FILE", help="fit to these questions: for SUPPORT_BOT_CALIBRATION")
    abstain.add_argument(
        "--precision", type=_share, default=0.9, metavar="SHARE", help="the share of answers to be right (default: .9)"
    )
    abstain.set_defaults(command=_eval_abstention)

    generations = measure.add_parser("generations", help="what a reindex changed in the answers to known questions")
    generations.add_argument(
        "--questions", type=Path, nargs="+", required=True, metavar="FILE", help="JSON lines with a question each"
    )
    generations.add_argument("--before", type=int, required=True, metavar="N", help="a generation's number")
    generations.add_argument("--after", type=int, required=True, metavar="N", help="the number of a later one")
    generations.add_argument("--json", action="store_true", help="print the changes as one JSON object")
    generations.set_defaults(command=_eval_generations)

    for command in (retrieval, citations, compare, abstain):
        command.add_argument(
            "--dataset",
            type=Path,
            required=True,
            metavar="DIR",
            help="a folder of corpus.jsonl, queries.jsonl, qrels.tsv",
        )
        command.add_argument("--json", action="store_true", help="print the measures as one JSON object")
    return [retrieval, citations, abstain, generations]


def _eval_retrieval(
    options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings
) -> int:
    from support_bot.evaluation.command import retrieval_report

    report = retrieval_report(
        options.dataset,
        data_dir=knowledge_settings.data_dir,
        embeddings=_embeddings(knowledge_settings),
        run_file=options.run,
        against=options.against,
    )
    return _printed(report, as_json=options.json)


def _eval_citations(
    options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings
) -> int:
    from support_bot.evaluation.command import checked_citations

    report = checked_citations(
        options.dataset,
        data_dir=knowledge_settings.data_dir,
        embeddings=_embeddings(knowledge_settings),
        own_names=settings.own_names,
    )
    return _printed(report, as_json=options.json)


def _eval_abstention(
    options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings
) -> int:
    from support_bot.app import calibration_of
    from support_bot.evaluation.command import abstention

    report = abstention(
        options.dataset,
        data_dir=knowledge_settings.data_dir,
        embeddings=_embeddings(knowledge_settings),
        calibration=calibration_of(settings, knowledge_settings),
        far=options.far,
        fit=options.fit,
        precision=options.precision,
    )
    return _printed(report, as_json=options.json)


def _eval_generations(
    options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings
) -> int:
    from support_bot.answer_changes import answer_diff, diff_lines

    questions = [asked for file in options.questions for asked in golden_questions(file)]
    compared = answer_diff(questions, settings, knowledge_settings, before=options.before, after=options.after)
    diff = asyncio.run(compared)
    print(diff.model_dump_json() if options.json else "\n".join(diff_lines(diff)))
    return 0


class _Report(Protocol):
    def lines(self) -> Iterator[str]: ...
    def to_json(self) -> str: ...


def _printed(report: _Report, *, as_json: bool) -> int:
    print(report.to_json() if as_json else "\n".join(report.lines()))
    return 0


def _embeddings(settings: KnowledgeSettings) -> SentenceTransformersEmbeddings:
    return embeddings_named(
        settings.embedding_model, multilingual=settings.embedding_multilingual, threads=settings.embedding_threads
    )


def _eval_compare(
    options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings
) -> int:
    from support_bot.evaluation.command import runs_comparison

    compared = runs_comparison(options.dataset, run=options.run, against=options.against)
    return _printed(compared, as_json=options.json)


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text} must lie between 0 and 1")
    return share
