import pytest

from ingest.likely_secrets import likely_secrets

# In parts, so that nobody takes this file for one that leaks keys.
_RANDOM = "Zq3" + "vB8nK1" + "xR7tW5mL9"


@pytest.mark.parametrize(
    "text",
    [
        "AKI" + "AQ7ZJ3N4KQ7ZJ3N4K",
        "-----BEGIN RSA PRIV" + "ATE KEY-----",
        "gh" + "p_" + _RANDOM * 2,
        "sk-" + "proj-" + _RANDOM * 2,
        "xox" + f"b-123-{_RANDOM}",
        f"The password is {_RANDOM}",
        f'api_key = "{_RANDOM}"',
        f"Authorization: Bearer {_RANDOM}",
    ],
)
def test_keys_and_passwords_are_found(text: str) -> None:
    assert len(likely_secrets(f"Set it so:\n{text}\nand save.")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Your password is at least twelve characters long.",
        "password: your-password-123",
        "api_key = YOUR_API_KEY_HERE_1",
        "Set api_key=${API_KEY_FROM_VAULT1}",
        "AKIAIOSFODNN7EXAMPLE",
        "The access token expires-after-30-days.",
        "password: correct horse battery staple",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "https://help.example/reset-password?step=authentication2",
    ],
)
def test_words_and_placeholders_are_none(text: str) -> None:
    assert likely_secrets(text) == []
