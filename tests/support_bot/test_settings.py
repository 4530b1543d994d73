import pytest
from pydantic import ValidationError

from support_bot.settings import SupportBotSettings


def test_the_key_has_two_names_and_ours_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNAPI_KEY", "theirs")
    assert SupportBotSettings().llm_api_key.get_secret_value() == "theirs"
    monkeypatch.setenv("SUPPORT_BOT_LLM_API_KEY", "ours")
    assert SupportBotSettings().llm_api_key.get_secret_value() == "ours"


def test_the_key_is_never_shown() -> None:
    assert "sk-secret" not in repr(SupportBotSettings.model_validate({"llm_api_key": "sk-secret"}))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_may_be_listened_to(host: str) -> None:
    assert SupportBotSettings(host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.com", ""])
def test_no_other_machine_may_reach_it(host: str) -> None:
    with pytest.raises(ValidationError):
        SupportBotSettings(host=host)


@pytest.mark.parametrize("site", ["", "../up", "UPPER", "-a", "a b"])
def test_a_site_is_a_name_that_can_be_a_folder(site: str) -> None:
    with pytest.raises(ValidationError):
        SupportBotSettings(site=site)


@pytest.mark.parametrize("host", ["https://example.com", "Example.com", "example", "example.com/help", ""])
def test_an_allowed_host_is_a_bare_one(host: str) -> None:
    with pytest.raises(ValidationError, match="a host is example"):
        SupportBotSettings(allowed_hosts=(host,))
