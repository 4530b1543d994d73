"""Turn a command line into one reindex, `python -m ingest run PATH...`, or into what is known of those before."""

import argparse
import sys
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.adding import command as adding
from ingest.answers import answers_compared
from ingest.chunk import CHUNKING_VERSION
from ingest.configuration import configured_sources
from ingest.deletions import refuse_missing
from ingest.errors import GATE_REFUSED, DeletionsWithheld, IngestError, ParserUnusable, UsageError
from ingest.gate import Gate
from ingest.history import History, table
from ingest.outcome import tell
from ingest.parser import Limits, Parser
from ingest.pipeline import ingest
from ingest.progress import Progress
from ingest.quarantine import Quarantine
from ingest.report import IngestReport
from ingest.schedule import Schedule, ScheduleFile
from ingest.served import served_by
from ingest.settings import IngestSettings
from ingest.sources.configured import Means, sources_of
from ingest.sources.folder import sources_below
from ingest.sources.kinds import FolderSource
from ingest.sources.source import FailedSource, Source
from ingest.status import status
from ingest.stopping import stoppable
from ingest.watch import watch
from knowledge.audience import AUDIENCES
from knowledge.catalog import Catalog
from knowledge.complaints import INPUT_OUTPUT, STOPPING, USAGE, told, told_of
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import embeddings_named
from knowledge.errors import AlreadyRunning, GenerationUnwritable, HiddenUnreadable, KnowledgeError, ModelUnusable
from knowledge.golden import golden_questions
from knowledge.settings import KnowledgeSettings

_COMMAND = "ingest"
_FAILED_STRICTLY, _ALREADY_RUNNING = 1, 75
_BROKEN = 1  # Python's own, for what nobody caught
_STOPPED = (DeletionsWithheld, ParserUnusable, GenerationUnwritable, HiddenUnreadable, ModelUnusable)  # no mistyping


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the process's exit code."""
    options = _parser().parse_args(arguments)
    if options.command is not _run or options.dry_run:
        return _exit_code(options)
    code = _BROKEN
    try:
        code = _exit_code(options)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
        raise
    finally:
        if code != USAGE:  # whoever typed it knows
            tell(code, catalog=_catalog(options), settings=_settings(options))
    return code


def _exit_code(options: argparse.Namespace) -> int:
    try:
        return int(options.command(options, _catalog(options)))
    except IngestError as error:
        return told(str(error), command=_COMMAND, code=error.exit_code)
    except AlreadyRunning as error:
        return told(str(error), command=_COMMAND, code=_ALREADY_RUNNING)
    except GenerationUnwritable as error:
        return told(str(error), command=_COMMAND, code=INPUT_OUTPUT)
    except KnowledgeError as error:
        return told(str(error), command=_COMMAND, code=USAGE)
    except STOPPING as error:
        return told_of(error, command=_COMMAND)


def _run(options: argparse.Namespace, catalog: Catalog) -> int:
    history = History(catalog.folder)
    try:
        with stoppable():
            report = _report(options, catalog=catalog)
    except _STOPPED as error:
        if not options.dry_run:
            with suppress(OSError):  # a full disk takes no more than this already tells
                history.add_error(error)
        raise
    print(report.to_json() if options.json else "\n".join(report.lines()))
    if not options.dry_run:
        history.add(report)
    if report.gate and not report.gate.may_serve:
        return GATE_REFUSED
    if report.withheld:
        return DeletionsWithheld.exit_code
    return _FAILED_STRICTLY if options.strict and report.failed else 0


def _watch(options: argparse.Namespace, catalog: Catalog) -> int:
    settings = _settings(options)

    def tell_for(code: int) -> None:
        if code < 0 or code == USAGE:  # a run that was killed tells nothing, nor one that cannot read its settings
            tell(code, catalog=catalog, settings=settings)

    schedule, file = Schedule(settings.schedule), ScheduleFile(catalog.folder)
    watch(_run_command(options), schedule=schedule, file=file, after_run=tell_for)
    return 0


def _run_command(options: argparse.Namespace) -> list[str]:
    """Return the command of one run with the options that the watching was given."""
    given = {
        "--site": options.site,
        "--audience": options.audience,
        "--config": options.config,
        "--data": options.data,
        "--golden": options.golden_questions,
    }
    arguments = [f"{name}={value}" for name, value in given.items() if value is not None]
    strict = ["--strict"] if options.strict else []
    return [sys.executable, "-m", "ingest", "run", *arguments, *strict, "--", *map(str, options.paths)]


def _status(options: argparse.Namespace, catalog: Catalog) -> int:
    found = status(catalog)
    print(found.to_json() if options.json else "\n".join(found.lines()))
    return 0


def _history(options: argparse.Namespace, catalog: Catalog) -> int:
    history = History(catalog.folder)
    lines = history.lines(count=options.count) if options.json else table(history.runs(count=options.count))
    print("\n".join(lines))
    return 0


def _add(options: argparse.Namespace, _: Catalog) -> int:
    settings = _settings(options)
    ask = input if sys.stdin.isatty() else None
    with TemporaryDirectory() as folder, _documents_parser(settings, quarantine=Path(folder)) as parser:
        return adding.add(options, settings=settings, parser=parser, ask=ask)


def _report(options: argparse.Namespace, *, catalog: Catalog) -> IngestReport:
    settings, knowledge_settings = _settings(options), KnowledgeSettings()
    sources, unfit = _found(options, settings=settings, catalog=catalog)
    model_named = partial(
        embeddings_named,
        multilingual=knowledge_settings.embedding_multilingual,
        threads=knowledge_settings.embedding_threads,
    )
    embeddings = model_named(knowledge_settings.embedding_model)
    gate = Gate(
        questions=golden_questions(Path(settings.golden_questions)) if settings.golden_questions else (),
        recall_fall=settings.gate_recall_fall,
        recall_floor=settings.gate_recall_floor,
        documents_fall=settings.gate_fall,
        documents_rise=settings.gate_rise,
        model_named=model_named,
    )
    with (
        closing(EmbeddingCache(catalog.data_dir / "vectors", embeddings=embeddings)) as cache,
        _documents_parser(settings, quarantine=catalog.data_dir / "quarantine") as parser,
    ):
        report = ingest(
            sources,
            unfit,
            catalog=catalog,
            cache=cache,
            parser=parser,
            gate=gate,
            refuse_secrets=settings.refuse_secrets,
            recipe=f"chunking {CHUNKING_VERSION}, {settings.passage_words} words, {embeddings.name}",
            passage_words=settings.passage_words,
            approved_plan=options.approve_deletions,
            promote_anyway=options.promote_anyway,
            dry_run=options.dry_run,
            progress=Progress(quiet=options.json),
        )
    files = [Path(file) for file in (settings.golden_questions, settings.recent_questions) if file]
    return replace(report, answers=answers_compared(files, catalog=catalog)) if report.promoted else report


def _found(
    options: argparse.Namespace, *, settings: IngestSettings, catalog: Catalog
) -> tuple[list[Source], list[FailedSource]]:
    """Return what lies below the paths, or without any in the configured sources."""
    served = served_by(catalog)
    if options.paths and options.config:
        raise UsageError(f"Both {str(options.paths[0])!r} and --config are given. Give one of them.")
    if options.paths:
        named = [(path.resolve().name, path) for path in options.paths]
        refuse_missing(named, served=served, sentinel=settings.sentinel)
        return sources_below(options.paths, audience=settings.audience, max_megabytes=settings.max_file_megabytes)
    configured = configured_sources(settings.config, site=settings.site)
    if options.audience:
        raise UsageError(f"--audience goes with a PATH. Write the audience of each source in {settings.config}.")
    folders = [(source.name, source.path) for source in configured if isinstance(source, FolderSource)]
    refuse_missing(folders, served=served, sentinel=settings.sentinel)
    fetched = catalog.data_dir / "fetched" / settings.site
    return sources_of(configured, means=Means(folder=fetched, max_megabytes=settings.max_file_megabytes))


def _documents_parser(settings: IngestSettings, *, quarantine: Path) -> Parser:
    limits = Limits(seconds=settings.parse_seconds, megabytes=settings.parse_megabytes)
    return Parser(limits=limits, quarantine=Quarantine(quarantine))


def _catalog(options: argparse.Namespace) -> Catalog:
    return Catalog(options.data or KnowledgeSettings().data_dir, _settings(options).site)


def _settings(options: argparse.Namespace) -> IngestSettings:
    """Return the settings; what the command line gives goes before the environment."""
    given = {
        name: getattr(options, name, None) for name in ("site", "audience", "config", "golden_questions", "schedule")
    }
    return IngestSettings(**{name: value for name, value in given.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Bring a site's knowledge up to date.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="read the sources once and let a new generation serve if anything changed")
    run.add_argument("--dry-run", action="store_true", help="read and report, but build nothing")
    run.add_argument("--approve-deletions", metavar="PLAN", help="make the deletions that a run withheld as this plan")
    run.add_argument(
        "--promote-anyway", metavar="PLAN", help="let what the gate refused under this plan serve as it is"
    )
    run.set_defaults(command=_run)

    watching = commands.add_parser("watch", help="run whenever the schedule says, until it is stopped")
    watching.add_argument("--schedule", metavar="CRON", help="when, in UTC (default: INGEST_SCHEDULE)")
    watching.set_defaults(command=_watch)
    for command in (run, watching):
        command.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a folder or file of articles")
        command.add_argument(
            "--config", type=Path, metavar="FILE", help="without a PATH: the sources' file (default: INGEST_CONFIG)"
        )
        command.add_argument("--audience", choices=AUDIENCES, help="the widest audience (default: INGEST_AUDIENCE)")
        command.add_argument("--strict", action="store_true", help="exit with 1 when a source failed")
        command.add_argument(
            "--golden",
            dest="golden_questions",
            metavar="FILE",
            help="golden questions (default: INGEST_GOLDEN_QUESTIONS)",
        )

    state = commands.add_parser("status", help="tell what serves, how the last run ended and what waits for you")
    state.set_defaults(command=_status)

    history = commands.add_parser("history", help="list the last runs; with --json their whole reports, one a line")
    history.add_argument("--count", type=_count, default=20, metavar="N", help="how many (default: 20)")
    history.set_defaults(command=_history)

    adding.add_to(commands).set_defaults(command=_add, data=None, write=False)

    for command in (run, watching, state, history):
        command.add_argument("--site", help="the site whose knowledge this is (default: INGEST_SITE)")
        command.add_argument(
            "--data", type=Path, metavar="DIR", help="the data directory (default: KNOWLEDGE_DATA_DIR)"
        )
    for command in (run, state, history):
        command.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} must be 1 or more")
    return count


if __name__ == "__main__":
    sys.exit(main())
