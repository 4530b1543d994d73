"""Bring a handoff to a mailbox, as a message that is answered to the visitor (RFC 5321, 5322).

Its Message-ID is the same in every attempt. A mail server has no way to be asked whether it has a message: one that
took it and died before saying so gets it twice, and a mailbox that knows Message-IDs shows it once.
"""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, localtime
from typing import Literal

from pydantic import SecretStr

from support_bot.handoff.helpdesk import NotDelivered
from support_bot.handoff.records import Handoff
from support_bot.handoff.wording import subject_of, text_of

Security = Literal["starttls", "tls", "none"]

_SECONDS = 15.0  # for each answer of the server


class Mailbox:
    """A mailbox, and the server that takes messages for it."""

    def __init__(
        self, to: str, *, sender: str, host: str, port: int, security: Security, user: str, password: SecretStr
    ) -> None:
        self._to = to
        self._sender = sender
        self._host = host
        self._port = port
        self._security = security
        self._user = user
        self._password = password

    async def deliver(self, handoff: Handoff, *, is_repeated: bool) -> str:
        """Send it, in a thread since smtplib blocks; the ticket has no number."""
        try:
            await asyncio.to_thread(self._send, self._message(handoff))
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(f"the mail server answers {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(type(error).__name__) from error
        return ""

    def _message(self, handoff: Handoff) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = self._to
        message["Reply-To"] = formataddr((handoff.name, handoff.email))
        message["Subject"] = subject_of(handoff)
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<{handoff.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # no holiday notices to it (RFC 3834)
        message.set_content(text_of(handoff))
        return message

    def _send(self, message: EmailMessage) -> None:
        with self._connected() as server:
            if self._security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self._user:
                server.login(self._user, self._password.get_secret_value())
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        if self._security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_SECONDS, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
