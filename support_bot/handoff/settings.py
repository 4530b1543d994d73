"""Turn the environment's `SUPPORT_BOT_HANDOFF_` variables into the settings of the way to a person."""

import re
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from knowledge.signing import is_this_machine, key_of, refuse_unsafe
from support_bot.handoff.mail import Security

ADDRESS = r"^[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$"
"""What an e-mail address looks like: enough that a slip of the finger is told, and that no header can be broken."""

_NEEDED = {
    "": (),
    "webhook": ("webhook_url", "webhook_secret"),
    "email": ("email_to", "email_from", "smtp_host"),
    "zendesk": ("zendesk_url", "zendesk_user", "zendesk_token"),
    "chatwoot": ("chatwoot_url", "chatwoot_account", "chatwoot_inbox", "chatwoot_token"),
}


class HandoffSettings(BaseSettings):
    """Where people answer, and how what visitors write gets there."""

    handoff_url: str = Field(
        default="",
        description="Where a person can be reached, such as a contact page or `mailto:`; empty: nowhere yet.",
    )
    handoff_to: Literal["", "webhook", "email", "zendesk", "chatwoot"] = Field(
        default="",
        description="Where what visitors write to a person is delivered: `webhook`, `email`, `zendesk` or `chatwoot`; "
        "empty: nowhere, and the widget has no form.",
    )
    handoff_reply_time: str = Field(
        default="",
        max_length=100,
        description="When a person replies, as visitors are told, such as `within one working day`.",
    )
    handoff_webhook_url: str = Field(default="", description="The address that is sent a signed message.")
    handoff_webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="What the messages to it are signed with: `whsec_` and 24 to 64 random bytes in base64.",
    )
    handoff_email_to: str = Field(default="", description="The mailbox in which people answer.")
    handoff_email_from: str = Field(default="", description="The address that messages to it come from.")
    handoff_smtp_host: str = Field(default="", description="The mail server that takes them.")
    handoff_smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    handoff_smtp_security: Security = Field(
        default="starttls", description="`starttls`, `tls` from the first byte, or `none`, on this machine alone."
    )
    handoff_smtp_user: str = Field(default="", description="As whom to sign in there; empty: without.")
    handoff_smtp_password: SecretStr = Field(default=SecretStr(""), description="The password for it.")
    handoff_zendesk_url: str = Field(default="", description="Your Zendesk, as `https://example.zendesk.com`.")
    handoff_zendesk_user: str = Field(default="", description="The e-mail address of the agent who makes tickets.")
    handoff_zendesk_token: SecretStr = Field(default=SecretStr(""), description="An API token of theirs.")
    handoff_chatwoot_url: str = Field(default="", description="Your Chatwoot, as `https://app.chatwoot.com`.")
    handoff_chatwoot_account: int = Field(default=0, ge=0, description="The account's number.")
    handoff_chatwoot_inbox: int = Field(
        default=0, ge=0, description="The number of the inbox that conversations go to."
    )
    handoff_chatwoot_token: SecretStr = Field(default=SecretStr(""), description="The access token of an agent.")

    @field_validator("handoff_url")
    @classmethod
    def _leads_to_a_person(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("http", "https", "mailto", "tel"):
            raise ValueError("a way to a person is https://…, http://…, mailto:… or tel:…")
        return value

    @field_validator("handoff_webhook_url", "handoff_zendesk_url", "handoff_chatwoot_url")
    @classmethod
    def _can_be_told_safely(cls, value: str) -> str:
        if value:
            refuse_unsafe(value)
        return value

    @field_validator("handoff_email_to", "handoff_email_from")
    @classmethod
    def _a_mailbox(cls, value: str) -> str:
        if value and not re.match(ADDRESS, value):
            raise ValueError("an e-mail address is name@example.com, alone")
        return value

    @field_validator("handoff_webhook_secret")
    @classmethod
    def _holds_a_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            key_of(value.get_secret_value(), setting="SUPPORT_BOT_HANDOFF_WEBHOOK_SECRET")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = _NEEDED[self.handoff_to]
        lacking = [f"SUPPORT_BOT_HANDOFF_{name.upper()}" for name in needed if not getattr(self, f"handoff_{name}")]
        if lacking:
            raise ValueError(f"SUPPORT_BOT_HANDOFF_TO={self.handoff_to} needs {', '.join(lacking)} too")
        if self.handoff_smtp_security == "none" and not is_this_machine(self.handoff_smtp_host):
            raise ValueError("SUPPORT_BOT_HANDOFF_SMTP_SECURITY=none is for a mail server on this machine alone")
        return self
