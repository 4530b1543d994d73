"""Turn `python -m ingest add KIND` into a source that was tried and, if wanted, stands in the configuration file."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from ingest.adding.describing import Ask, described, flag
from ingest.adding.table import append, appended, table
from ingest.adding.trial import trial
from ingest.configuration import placed
from ingest.parser import Parser
from ingest.settings import IngestSettings
from ingest.sources.kinds import KINDS, kind_of
from knowledge.complaints import told

_COMMAND = "ingest"
_FAILED, _INTERRUPTED = 1, 130
_NOTHING = (
    "The source gives no document, so it was not written. Mend what failed: `python -m ingest add {kind} --help` "
    "names every key as a flag, with - for _."
)


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Add the command to the command line."""
    adding = commands.add_parser("add", help="describe a source, try it, and write it into the sources' file")
    _add_options(adding)
    kinds = adding.add_subparsers(dest="kind", metavar="KIND", help="without one, you are asked for everything")
    for kind in KINDS:
        parser = kinds.add_parser(kind_of(kind), help=kind.__doc__, description=kind.__doc__)
        _add_options(parser)
        for key, field in kind.model_fields.items():
            if key != "kind":
                _add_flag(parser, key, field)
    return adding


def add(options: argparse.Namespace, *, settings: IngestSettings, parser: Parser, ask: Ask | None) -> int:
    """Describe a source, try it, show its lines, and append them to the file if that is asked for."""
    file = settings.config
    try:
        source = described(options.kind, _given(options, settings=settings), ask=ask)
        added = appended(source, file=file)
        print(f"Trying {source.name!r}; nothing is indexed.", file=sys.stderr, flush=True)
        tried = trial(placed(source, file.parent), parser=parser, max_megabytes=settings.max_file_megabytes)
        print("\n".join(tried.lines()))
        if not tried.documents:
            return told(_NOTHING.format(kind=source.kind), command=_COMMAND, code=_FAILED)
        print(f"\n{table(source)}")
        is_wanted = options.write or (ask and ask(f"Append this to {file}? [y/N] ").strip().lower() in ("y", "yes"))
    except (EOFError, KeyboardInterrupt):
        return told(f"Stopped. {file} is as it was.", command=_COMMAND, code=_INTERRUPTED)
    if not is_wanted:
        print(f"{file} is as it was; --write appends this to it.")
        return 0
    append(added, file=file)
    site = "" if source.site == "default" else f" --site {source.site}"
    print(f"Written to {file}. To import it: python -m ingest run --config {shlex.quote(str(file))}{site}")
    return 0


def _given(options: argparse.Namespace, *, settings: IngestSettings) -> dict[str, Any]:
    """Return what the flags give, and the site that the settings name."""
    keys = {key for kind in KINDS for key in kind.model_fields} - {"kind"}
    given = {key: value for key, value in vars(options).items() if key in keys}
    return given if settings.site == "default" else {"site": settings.site, **given}


def _add_options(parser: argparse.ArgumentParser) -> None:
    # Before the kind or after it; what is not given there must not undo what was given here.
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="the sources' file (default: INGEST_CONFIG)",
    )
    parser.add_argument(
        "--write", action="store_true", default=argparse.SUPPRESS, help="append the source to that file"
    )


def _add_flag(parser: argparse.ArgumentParser, key: str, field: FieldInfo) -> None:
    shape = get_origin(field.annotation)
    settings: dict[str, Any] = {
        "dest": key,
        "default": argparse.SUPPRESS,
        "help": str(field.description).replace("%", "%%"),
    }
    if field.annotation is bool:
        parser.add_argument(flag(key), action="store_true", **settings)
    elif shape in (tuple, dict):
        metavar = "KEY=VALUE,..." if key == "rules" else "KEY=VALUE" if shape is dict else key.upper()
        parser.add_argument(flag(key), action="append", metavar=metavar, **settings)
    else:
        choices = get_args(field.annotation) if shape is Literal else None
        parser.add_argument(flag(key), choices=choices, metavar=None if choices else key.upper(), **settings)
