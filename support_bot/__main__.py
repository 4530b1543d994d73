"""Turn a command line into a served API, one answer, or a measurement."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from knowledge.catalog import Catalog
from knowledge.complaints import STOPPING, USAGE, told, told_of
from knowledge.embeddings import SentenceTransformersEmbeddings, embeddings_named
from knowledge.errors import KnowledgeError
from knowledge.golden import golden_questions
from knowledge.settings import KnowledgeSettings
from support_bot.access.errors import RegistryError
from support_bot.answering.query import QuestionRefused, question
from support_bot.backup import backed_up
from support_bot.deployment import command as deployment
from support_bot.deployment.files import NotPlain
from support_bot.evaluation.errors import EvaluationError
from support_bot.keyring import add_commands
from support_bot.settings import SupportBotSettings
from support_bot.upkeep import hidden, rolled_back, shown

_COMMAND = "support_bot"
_FAILED = 1


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the process's exit code."""
    options = _parser().parse_args(arguments)
    try:
        given = {name: value for name in ("port", "site") if (value := getattr(options, name)) is not None}
        settings, knowledge_settings = SupportBotSettings(**given), KnowledgeSettings()
        if options.data is not None:
            knowledge_settings = knowledge_settings.model_copy(update={"data_dir": options.data})
        return int(options.command(options, settings, knowledge_settings))
    except (QuestionRefused, EvaluationError, NotPlain, RegistryError) as error:
        return told(str(error), command=_COMMAND, code=USAGE)
    except KnowledgeError as error:
        return told(str(error), command=_COMMAND, code=_FAILED)
    except STOPPING as error:
        return told_of(error, command=_COMMAND)


def _serve(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.server import serve

    return serve(settings, knowledge_settings)


def _ask(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.ask import asked

    to_answer = question(options.question, locale=options.locale, product=options.product)
    print(asyncio.run(asked(to_answer, settings, knowledge_settings, as_json=options.json)))
    return 0


def _hide(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    print(hidden(options.document, catalog=Catalog(knowledge_settings.data_dir, settings.site)))
    return 0


def _unhide(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    print(shown(options.document, catalog=Catalog(knowledge_settings.data_dir, settings.site)))
    return 0


def _roll_back(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    print(rolled_back(catalog=Catalog(knowledge_settings.data_dir, settings.site)))
    return 0


def _back_up(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    print(backed_up(knowledge_settings.data_dir, options.target))
    return 0


def _look_for_mistakes(
    options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings
) -> int:
    from support_bot.doctor import findings, report

    found = list(findings(settings, knowledge_settings, days=options.days, call=options.call))
    print(report(found, as_json=options.json))
    return _FAILED if any(each.state == "wrong" for each in found) else 0


def _openapi(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.app import create_app

    print(json.dumps(create_app(settings, knowledge_settings).openapi(), indent=2, ensure_ascii=False))
    return 0


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m support_bot", description="Answer questions from a help centre.")
    parser.set_defaults(data=None, port=None, site=None)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the API on this machine")
    serve.add_argument("--port", type=int, help="the port to listen on (default: SUPPORT_BOT_PORT); 0 takes a free one")
    serve.set_defaults(command=_serve)

    ask = commands.add_parser("ask", help="print one cited answer")
    ask.add_argument("question")
    ask.add_argument(
        "--locale", default="", metavar="TAG", help="your language, where the question's words do not tell"
    )
    ask.add_argument("--product", default="", metavar="NAME", help="the product that you ask about")
    ask.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    ask.set_defaults(command=_ask)

    hide = commands.add_parser("hide", help="show a document to nobody from the next question on")
    hide.add_argument("document", help="its source, its id, or its address")
    hide.set_defaults(command=_hide)

    unhide = commands.add_parser("unhide", help="show a hidden document again")
    unhide.add_argument("document", help="its source or id")
    unhide.set_defaults(command=_unhide)

    rollback = commands.add_parser("rollback", help="let the generation that served before serve again")
    rollback.set_defaults(command=_roll_back)

    registry = add_commands(commands)
    for command in registry:
        command.add_argument("--json", action="store_true", help="print them as JSON")

    openapi = commands.add_parser("openapi", help="print the API's description")
    openapi.set_defaults(command=_openapi)

    deploy = deployment.add_to(commands)

    doctor = commands.add_parser("doctor", help="look for the usual mistakes; ends with 1 when something is wrong")
    doctor.add_argument("--call", action="store_true", help="ask the language model for one word too")
    doctor.add_argument("--days", type=int, default=2, metavar="N", help="how old the last import may be (default: 2)")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.set_defaults(command=_look_for_mistakes)

    backup = commands.add_parser("backup", help="copy all that is kept, while it is used, into a new folder")
    backup.add_argument("target", type=Path, metavar="DIR", help="a folder that does not exist yet")
    backup.set_defaults(command=_back_up)

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

    for command in (ask, hide, unhide, rollback, generations):
        command.add_argument("--site", help="the site whose knowledge it is (default: SUPPORT_BOT_SITE)")

    for command in (
        serve,
        ask,
        hide,
        unhide,
        rollback,
        deploy,
        doctor,
        backup,
        retrieval,
        citations,
        abstain,
        generations,
        *registry,
    ):
        command.add_argument(
            "--data", type=Path, metavar="DIR", help="the data directory (default: KNOWLEDGE_DATA_DIR)"
        )
    return parser


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text} must lie between 0 and 1")
    return share


if __name__ == "__main__":
    sys.exit(main())
