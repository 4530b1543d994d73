"""Turn `python -m support_bot zendesk-app` into the package that a Zendesk administrator uploads."""

import argparse
from importlib.metadata import version
from pathlib import Path

from knowledge.settings import KnowledgeSettings
from support_bot.access.errors import RegistryError
from support_bot.access.registry import Registry
from support_bot.settings import SupportBotSettings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> list[argparse.ArgumentParser]:
    """Add the command to the command line."""
    app = commands.add_parser("zendesk-app", help="write the package of the agents' side panel for your Zendesk")
    app.add_argument("file", type=Path, metavar="FILE", help="the zip file to write, such as support-bot.zip")
    app.add_argument("--author", default="Your support team", metavar="NAME", help="who is named as the app's author")
    app.add_argument("--email", required=True, metavar="ADDRESS", help="the author's e-mail address")
    app.set_defaults(command=_zendesk_app)
    return [app]


def _zendesk_app(
    options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings
) -> int:
    from support_bot.panel.zendesk_app import faults, package  # other commands need not pay for its imports

    key = Registry(knowledge_settings.data_dir).site_key(settings.site)
    if key is None:
        raise RegistryError(
            f"Site {settings.site!r} has no key for pages. `python -m support_bot sites add {settings.site}` makes one."
        )
    made = package(
        address=settings.public_url,
        site_key=key.kept,
        author=options.author,
        email=options.email,
        version=version("support-bot"),
    )
    if found := faults(made):
        raise RegistryError(
            f"Zendesk would refuse the app: {'; '.join(found)}. Set SUPPORT_BOT_PUBLIC_URL to the https:// address "
            "under which agents' browsers reach this server."
        )
    options.file.write_bytes(made)
    print(f"{options.file} is your Zendesk app: upload it as a private app, then `keys add zendesk` with its key.")
    return 0
