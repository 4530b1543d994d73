"""Turn a command line into one reindex: `python -m ingest run PATH...`."""

import argparse
import sys
from contextlib import closing
from pathlib import Path

from ingest.chunk import CHUNKING_VERSION
from ingest.deletions import refuse_missing
from ingest.errors import IngestError
from ingest.parser import Limits, Parser
from ingest.pipeline import ingest
from ingest.progress import Progress
from ingest.quarantine import Quarantine
from ingest.report import IngestReport
from ingest.served import served_by
from ingest.settings import IngestSettings
from ingest.sources.folder import sources_below
from knowledge.audience import AUDIENCES
from knowledge.catalog import Catalog
from knowledge.complaints import STOPPING, USAGE, told, told_of
from knowledge.embedding_cache import EmbeddingCache
from knowledge.embeddings import embeddings_named
from knowledge.errors import AlreadyRunning, KnowledgeError
from knowledge.settings import KnowledgeSettings

_COMMAND = "ingest"
_FAILED_STRICTLY, _DELETIONS_WITHHELD, _ALREADY_RUNNING = 1, 3, 75


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the process's exit code."""
    options = _parser().parse_args(arguments)
    try:
        report = _report(options, knowledge_settings=KnowledgeSettings(), settings=_settings(options))
    except IngestError as error:
        return told(str(error), command=_COMMAND, code=error.exit_code)
    except AlreadyRunning as error:
        return told(str(error), command=_COMMAND, code=_ALREADY_RUNNING)
    except KnowledgeError as error:
        return told(str(error), command=_COMMAND, code=USAGE)
    except STOPPING as error:
        return told_of(error, command=_COMMAND)
    if options.json:
        print(report.to_json())
    else:
        print("\n".join(report.lines()))
    return _exit_code(report, strict=options.strict)


def _exit_code(report: IngestReport, *, strict: bool) -> int:
    if report.withheld:
        return _DELETIONS_WITHHELD
    return _FAILED_STRICTLY if strict and report.failed else 0


def _report(
    options: argparse.Namespace, *, knowledge_settings: KnowledgeSettings, settings: IngestSettings
) -> IngestReport:
    data_dir: Path = options.data or knowledge_settings.data_dir
    catalog = Catalog(data_dir, settings.site)
    refuse_missing(options.paths, served=served_by(catalog), sentinel=settings.sentinel)
    sources, unfit = sources_below(
        options.paths,
        audience=settings.audience,
        max_megabytes=settings.max_file_megabytes,
    )
    embeddings = embeddings_named(
        knowledge_settings.embedding_model,
        multilingual=knowledge_settings.embedding_multilingual,
        threads=knowledge_settings.embedding_threads,
    )
    limits = Limits(seconds=settings.parse_seconds, megabytes=settings.parse_megabytes)
    with (
        closing(EmbeddingCache(data_dir / "vectors", embeddings=embeddings)) as cache,
        Parser(limits=limits, quarantine=Quarantine(data_dir / "quarantine")) as parser,
    ):
        return ingest(
            sources,
            unfit,
            catalog=catalog,
            cache=cache,
            parser=parser,
            refuse_secrets=settings.refuse_secrets,
            recipe=f"chunking {CHUNKING_VERSION}, {settings.passage_words} words, {embeddings.name}",
            passage_words=settings.passage_words,
            approved_plan=options.approve_deletions,
            dry_run=options.dry_run,
            progress=Progress(quiet=options.json),
        )


def _settings(options: argparse.Namespace) -> IngestSettings:
    """Return the settings; what the command line gives goes before the environment."""
    given = {"site": options.site, "audience": options.audience}
    return IngestSettings(**{name: value for name, value in given.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Bring a site's knowledge up to date.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="read the sources once and let a new generation serve if anything changed")
    run.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a folder or file of articles")
    run.add_argument("--site", help="the site whose knowledge this is (default: INGEST_SITE)")
    run.add_argument("--audience", choices=AUDIENCES, help="the widest audience (default: INGEST_AUDIENCE)")
    run.add_argument("--data", type=Path, metavar="DIR", help="the data directory (default: KNOWLEDGE_DATA_DIR)")
    run.add_argument("--dry-run", action="store_true", help="read and report, but build nothing")
    run.add_argument("--approve-deletions", metavar="PLAN", help="make the deletions that a run withheld as this plan")
    run.add_argument("--strict", action="store_true", help="exit with 1 when a source failed")
    run.add_argument("--json", action="store_true", help="print the report as one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
