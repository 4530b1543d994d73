import pytest
from pydantic import ValidationError

from support_bot.settings import SupportBotSettings

_MAIL = {
    "handoff_to": "email",
    "handoff_email_to": "help@example.com",
    "handoff_email_from": "bot@example.com",
    "handoff_smtp_host": "smtp.example.com",
}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"handoff_to": "pigeon"}, "'webhook', 'email', 'zendesk' or 'chatwoot'"),
        ({"handoff_to": "zendesk"}, "SUPPORT_BOT_HANDOFF_ZENDESK_URL, SUPPORT_BOT_HANDOFF_ZENDESK_USER"),
        ({"handoff_to": "webhook", "handoff_webhook_url": "https://a.example"}, "HANDOFF_WEBHOOK_SECRET too"),
        ({"handoff_webhook_url": "http://a.example"}, "https://"),
        ({"handoff_zendesk_url": "https://me:pw@a.example"}, "no user and no password"),
        ({"handoff_webhook_secret": "short"}, "'whsec_' and 24 to 64"),
        ({**_MAIL, "handoff_email_to": "a@example.com, b@example.com"}, "name@example.com, alone"),
        ({**_MAIL, "handoff_smtp_security": "none"}, "on this machine alone"),
    ],
)
def test_what_is_missing_or_wrong_is_told(given: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SupportBotSettings.model_validate(given)
    assert told in str(refused.value)


def test_what_is_whole_is_taken() -> None:
    assert SupportBotSettings.model_validate(_MAIL).handoff_smtp_port == 587
    SupportBotSettings.model_validate({**_MAIL, "handoff_smtp_host": "127.0.0.1", "handoff_smtp_security": "none"})


def test_no_credential_is_shown() -> None:
    secrets = ("smtp_password", "zendesk_token", "chatwoot_token")
    given = SupportBotSettings.model_validate({f"handoff_{name}": "s3cret" for name in secrets})
    assert "s3cret" not in repr(given)
