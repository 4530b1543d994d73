"""Turn a command line into a served API, one answer, or a measurement."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import get_args

from knowledge.catalog import Catalog
from knowledge.complaints import STOPPING, USAGE, told, told_of
from knowledge.errors import KnowledgeError
from knowledge.settings import KnowledgeSettings
from support_bot import costs, drafted, helpdesk_app, measuring, remembered
from support_bot.access.errors import RegistryError
from support_bot.answering.query import QuestionRefused, question
from support_bot.conversations.errors import StoreError
from support_bot.deployment import command as deployment
from support_bot.deployment.files import NotPlain
from support_bot.evaluation.errors import EvaluationError
from support_bot.keyring import add_commands
from support_bot.operating import LogLevel
from support_bot.settings import SupportBotSettings

_COMMAND = "support_bot"
_FAILED = 1


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the process's exit code."""
    options = _parser().parse_args(arguments)
    try:
        given = {name: value for name in ("port", "site", "log_level") if (value := getattr(options, name)) is not None}
        settings, knowledge_settings = SupportBotSettings(**given), KnowledgeSettings()
        if options.data is not None:
            knowledge_settings = knowledge_settings.model_copy(update={"data_dir": options.data})
        return int(options.command(options, settings, knowledge_settings))
    except (QuestionRefused, EvaluationError, NotPlain, RegistryError) as error:
        return told(str(error), command=_COMMAND, code=USAGE)
    except (KnowledgeError, StoreError) as error:
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
    from support_bot.upkeep import hidden

    print(hidden(options.document, catalog=Catalog(knowledge_settings.data_dir, settings.site)))
    return 0


def _unhide(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.upkeep import shown

    print(shown(options.document, catalog=Catalog(knowledge_settings.data_dir, settings.site)))
    return 0


def _roll_back(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.upkeep import rolled_back

    print(rolled_back(catalog=Catalog(knowledge_settings.data_dir, settings.site)))
    return 0


def _back_up(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.backup import backed_up, kept_elsewhere
    from support_bot.conversations.database import database_url  # other commands need not pay for its imports

    data_dir = knowledge_settings.data_dir
    url = database_url(settings.database_url.get_secret_value(), data_dir=data_dir)
    print(backed_up(data_dir, options.target))
    if elsewhere := kept_elsewhere(url, data_dir=data_dir, target=options.target.absolute()):
        print(elsewhere)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m support_bot", description="Answer questions from a help centre.")
    parser.set_defaults(data=None, port=None, site=None, log_level=None)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the API on this machine")
    serve.add_argument("--port", type=int, help="the port to listen on (default: SUPPORT_BOT_PORT); 0 takes a free one")
    serve.add_argument("--log-level", choices=get_args(LogLevel), help="what to log (default: SUPPORT_BOT_LOG_LEVEL)")
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
    kept = [*remembered.add_to(commands), *costs.add_to(commands), *drafted.add_to(commands)]

    openapi = commands.add_parser("openapi", help="print the API's description")
    openapi.set_defaults(command=_openapi)

    deploy = deployment.add_to(commands)
    app = helpdesk_app.add_to(commands)

    doctor = commands.add_parser("doctor", help="look for the usual mistakes; ends with 1 when something is wrong")
    doctor.add_argument("--call", action="store_true", help="ask the language model for one word too")
    doctor.add_argument("--days", type=int, default=2, metavar="N", help="how old the last import may be (default: 2)")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.set_defaults(command=_look_for_mistakes)

    backup = commands.add_parser("backup", help="copy all that is kept, while it is used, into a new folder")
    backup.add_argument("target", type=Path, metavar="DIR", help="a folder that does not exist yet")
    backup.set_defaults(command=_back_up)

    measures = measuring.add_to(commands)

    for command in (ask, hide, unhide, rollback, *kept, *app, measures[-1]):
        command.add_argument("--site", help="the site whose knowledge it is (default: SUPPORT_BOT_SITE)")

    for command in (serve, ask, hide, unhide, rollback, deploy, doctor, backup, *app, *kept, *measures, *registry):
        command.add_argument(
            "--data", type=Path, metavar="DIR", help="the data directory (default: KNOWLEDGE_DATA_DIR)"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
