import sqlite3

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsError

from knowledge.complaints import STOPPING, told_of
from knowledge.settings import KnowledgeSettings


def _invalid() -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        KnowledgeSettings.model_validate({"embedding_threads": 0})
    return raised.value


@pytest.mark.parametrize(
    ("error", "line", "code"),
    [
        (_invalid(), "x: Setting embedding_threads is 0: Input should be greater than or equal to 1", 2),
        (SettingsError("no JSON"), "x: The settings cannot be read: no JSON.", 2),
        (sqlite3.DatabaseError("not a database"), "x: A database below the data directory cannot be used: ", 74),
        (OSError(28, "No space left on device"), "x: The disk: No space left on device", 74),
        (FileNotFoundError(2, "No such file", "a.md"), "x: a.md: No such file", 74),
    ],
)
def test_what_stops_a_command_is_one_line(
    error: Exception, line: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert isinstance(error, STOPPING)
    assert told_of(error, command="x") == code
    told = capsys.readouterr().err
    assert told.startswith(line)
    assert told.count("\n") == 1
