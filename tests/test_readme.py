import re
import shlex

import pytest

from ingest.__main__ import _parser as ingest_parser
from support_bot.__main__ import _parser as bot_parser
from tests.readme import README, generated

_TEXT = README.read_text(encoding="utf-8")
_COMMANDS = re.findall(r"^(?:\w+=\S+ )*\.venv/bin/python -m (.+)$", _TEXT, flags=re.MULTILINE)


def test_the_generated_parts_are_up_to_date() -> None:
    assert generated(_TEXT) == _TEXT, "run `make readme`"


def test_there_are_commands_to_check() -> None:
    assert len(_COMMANDS) >= 4


@pytest.mark.parametrize("command", _COMMANDS)
def test_each_command_is_one_that_exists(command: str) -> None:
    module, *arguments = shlex.split(re.sub(r"\[(--\w+(?: \w+)?)\]", r"\1", command), comments=True)
    parser = {"ingest": ingest_parser, "support_bot": bot_parser}[module]()
    parser.parse_args(arguments)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:)([^)#]+)\)", _TEXT))
def test_each_link_leads_to_a_file(link: str) -> None:
    assert (README.parent / link).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`?make (\w[\w-]*)", _TEXT))))
def test_each_make_target_exists(target: str) -> None:
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
