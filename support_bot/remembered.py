"""Turn `python -m support_bot export` and `erase` into lines on standard output."""

import argparse
import json
from contextlib import closing

from knowledge.settings import KnowledgeSettings
from support_bot.conversations.errors import NotKept
from support_bot.settings import SupportBotSettings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> list[argparse.ArgumentParser]:
    """Add the commands to the command line."""
    export = commands.add_parser("export", help="print all questions and answers that are kept, as JSON lines")
    export.add_argument("--owner", help="of one asker alone, such as `customer:` and the id that your proofs name")
    export.add_argument("--trace", action="store_true", help="with whose they are and how each answer came about")
    export.add_argument("--drafts", action="store_true", help="what is kept of agents' drafts instead")
    export.set_defaults(command=_export)

    erase = commands.add_parser("erase", help="erase a conversation, or all of one asker, with all that was said of it")
    what = erase.add_mutually_exclusive_group(required=True)
    what.add_argument("name", nargs="?", metavar="ID", help="the conversation's id, or that of one of its messages")
    what.add_argument("--owner", help="all of this asker, such as `customer:` and the id that your proofs name")
    erase.set_defaults(command=_erase)
    return [export, erase]


def _export(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.api.admin import traced_message  # other commands need not pay for its imports
    from support_bot.api.conversations import kept_message
    from support_bot.keeping import fates_of, open_store

    with closing(open_store(settings, knowledge_settings)) as store:
        if options.drafts:
            for draft in fates_of(settings, knowledge_settings, store).kept(owner=options.owner):
                print(json.dumps(draft, ensure_ascii=False))
            return 0
        for kept in store.exported(owner=options.owner):
            print((traced_message if options.trace else kept_message)(kept).model_dump_json())
    return 0


def _erase(options: argparse.Namespace, settings: SupportBotSettings, knowledge_settings: KnowledgeSettings) -> int:
    from support_bot.keeping import fates_of, open_store

    with closing(open_store(settings, knowledge_settings)) as store:
        fates = fates_of(settings, knowledge_settings, store)
        drafts = fates.erase_all(owner=options.owner) if options.owner else fates.erase(options.name)
        count = store.erase_all(owner=options.owner) if options.owner else store.erase_named(options.name)
    if drafts:
        print(f"Erased what was kept of {'a draft' if drafts == 1 else f'{drafts} drafts'}.")
        if not count:
            return 0
    if not count:
        of_what = f"conversation of {options.owner!r}" if options.owner else f"conversation or message {options.name!r}"
        raise NotKept(f"Site {settings.site!r} keeps no {of_what}.")
    print(f"Erased {'the conversation' if count == 1 else f'{count} conversations'} with all that was said of it.")
    return 0
