import pytest

from support_bot.answering.checking.scripts import SIMPLIFIED


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [("帳號與密碼", "账号与密码"), ("請聯繫客服", "请联系客服"), ("Account 設定", "Account 设定")],
)
def test_traditional_characters_become_simplified_ones(traditional: str, simplified: str) -> None:
    assert traditional.translate(SIMPLIFIED) == simplified.translate(SIMPLIFIED) == simplified


def test_no_simplified_character_becomes_another() -> None:
    assert SIMPLIFIED.keys().isdisjoint(SIMPLIFIED.values())
