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
def test_at_an_address_of_this_machine_s_own_it_is_private(host: str) -> None:
    assert SupportBotSettings(host=host).is_private
    assert SupportBotSettings(host=host, public_url="http://localhost:8000").is_private
    assert not SupportBotSettings(host=host, public_url="https://help.example.com").is_private


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1"])
def test_at_another_address_it_is_not(host: str) -> None:
    assert not SupportBotSettings(host=host).is_private


@pytest.mark.parametrize("host", ["example.com", "", "127.0.0.1:8000"])
def test_what_to_listen_on_is_an_address(host: str) -> None:
    with pytest.raises(ValidationError):
        SupportBotSettings(host=host)


def test_a_secret_is_long_and_never_shown() -> None:
    with pytest.raises(ValidationError, match="32 characters"):
        SupportBotSettings.model_validate({"secret": "short"})
    assert "xxx" not in repr(SupportBotSettings.model_validate({"secret": "x" * 32}))


@pytest.mark.parametrize("site", ["", "../up", "UPPER", "-a", "a b"])
def test_a_site_is_a_name_that_can_be_a_folder(site: str) -> None:
    with pytest.raises(ValidationError):
        SupportBotSettings(site=site)


@pytest.mark.parametrize("host", ["https://example.com", "Example.com", "example", "example.com/help", ""])
def test_an_allowed_host_is_a_bare_one(host: str) -> None:
    with pytest.raises(ValidationError, match="a host is example"):
        SupportBotSettings(allowed_hosts=(host,))
