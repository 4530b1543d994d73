"""Turn settings into the helpdesk that they name, and into what delivers there."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import httpx

from support_bot.handoff.chatwoot import Chatwoot
from support_bot.handoff.helpdesk import Helpdesk
from support_bot.handoff.mail import Mailbox
from support_bot.handoff.outbox import Outbox
from support_bot.handoff.sender import Sender
from support_bot.handoff.settings import HandoffSettings
from support_bot.handoff.webhook import Webhook
from support_bot.handoff.zendesk import Zendesk

_SECONDS = 20.0  # for each step of a request


@asynccontextmanager
async def delivering(
    settings: HandoffSettings, *, outbox: Outbox, tell: Callable[[bool], None]
) -> AsyncGenerator[Sender | None, None]:
    """Deliver what is in the outbox, and yield what does; None where handoffs go nowhere."""
    async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
        helpdesk = helpdesk_of(settings, client=client)
        if helpdesk is None:
            yield None
            return
        sender = Sender(outbox, helpdesk=helpdesk, tell=tell)
        running = asyncio.create_task(sender.run())
        try:
            yield sender
        finally:
            await sender.close(running)


def helpdesk_of(settings: HandoffSettings, *, client: httpx.AsyncClient) -> Helpdesk | None:
    """Return where people answer, None where handoffs go nowhere."""
    match settings.handoff_to:
        case "":
            return None
        case "webhook":
            return Webhook(settings.handoff_webhook_url, secret=settings.handoff_webhook_secret, client=client)
        case "email":
            return Mailbox(
                settings.handoff_email_to,
                sender=settings.handoff_email_from,
                host=settings.handoff_smtp_host,
                port=settings.handoff_smtp_port,
                security=settings.handoff_smtp_security,
                user=settings.handoff_smtp_user,
                password=settings.handoff_smtp_password,
            )
        case "zendesk":
            return Zendesk(
                settings.handoff_zendesk_url,
                user=settings.handoff_zendesk_user,
                token=settings.handoff_zendesk_token,
                client=client,
            )
        case "chatwoot":
            return Chatwoot(
                settings.handoff_chatwoot_url,
                account=settings.handoff_chatwoot_account,
                inbox=settings.handoff_chatwoot_inbox,
                token=settings.handoff_chatwoot_token,
                client=client,
            )
