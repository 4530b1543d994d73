"""Turn `python -m support_bot deploy KIND` into files on standard output, or in a folder."""

import argparse
import getpass
import re
import sys
from pathlib import Path

from knowledge.audience import AUDIENCES
from knowledge.settings import KnowledgeSettings
from support_bot.deployment.files import FILES, Place, file_texts
from support_bot.settings import SupportBotSettings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Add the command to the command line."""
    deploy = commands.add_parser("deploy", help="print files that run the bot on a server, with your own paths in them")
    deploy.add_argument("kind", choices=FILES, help="what reads the files")
    deploy.add_argument("articles", nargs="*", metavar="PATH", help="folders of articles (default: INGEST_CONFIG)")
    deploy.add_argument("--audience", choices=AUDIENCES, default="public", help="the widest audience (default: public)")
    deploy.add_argument("--at", type=_time, default="02:30", metavar="HH:MM", help="when, UTC (default: 02:30)")
    deploy.add_argument("--host", default="support.example.com", help="the name under which others reach the server")
    deploy.add_argument("--listen", default="80", help="where nginx listens (default: 80)")
    deploy.add_argument("--user", default=getpass.getuser(), help="the user that it runs as (default: you)")
    deploy.add_argument("--image", default="support-bot:latest", help="for kubernetes: an image with the bot")
    deploy.add_argument("--output", type=Path, metavar="DIR", help="write the files into this folder")
    deploy.add_argument("--port", type=int, help="the bot's own port (default: SUPPORT_BOT_PORT)")
    deploy.set_defaults(command=_deploy)
    return deploy


def _deploy(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    hour, minute = options.at.split(":")
    data = "/data" if options.kind == "kubernetes" else str(knowledge_settings.data_dir.absolute())
    place = Place(
        python=sys.executable,
        user=options.user,
        home=str(Path.cwd()),
        data=data,
        articles=tuple(map(_absolute, options.articles)),
        audience=options.audience,
        hour=hour,
        minute=minute,
        host=options.host,
        port=str(settings.port),
        listen=options.listen,
        image=options.image,
    )
    for name, text in file_texts(options.kind, place).items():
        if options.output is None:
            print(text)
            continue
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / name).write_text(text, encoding="utf-8")
        print(options.output / name)
    return 0


def _absolute(path: str) -> str:
    return path if "://" in path else str(Path(path).expanduser().absolute())


def _time(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 02:30")
    return text
