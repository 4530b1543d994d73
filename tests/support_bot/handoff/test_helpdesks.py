"""What each helpdesk is sent, and what is made of its answers."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook as Verifier

from support_bot.handoff.chatwoot import Chatwoot
from support_bot.handoff.helpdesk import NotDelivered
from support_bot.handoff.mail import Mailbox
from support_bot.handoff.records import Exchange, Handoff
from support_bot.handoff.webhook import Webhook
from support_bot.handoff.zendesk import Zendesk
from tests.desks import ChatwootDesk, MailDesk, WebhookDesk, ZendeskDesk

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_HANDOFF = Handoff(
    id="h_1",
    conversation="c_1",
    created=1_772_000_000.0,
    name="Ada 愛達",
    email="ada@example.com",
    message="My refund has not come.\nIt is order 4711.",
    reason="no_answer",
    transcript=(Exchange("When are refunds paid?", "Within 5 days [1]."), Exchange("退款呢？", "")),
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


async def test_zendesk_gets_a_ticket_of_the_visitor_s_once(client: httpx.AsyncClient) -> None:
    with ZendeskDesk(forgets=True) as desk:
        zendesk = Zendesk(desk.url, user="agent@example.com", token=SecretStr("t0ken"), client=client)
        assert await zendesk.deliver(_HANDOFF, is_repeated=False) == "35436"
        assert await zendesk.deliver(_HANDOFF, is_repeated=True) == "35436"
    (ticket,) = desk.tickets
    assert ticket["subject"] == "My refund has not come."
    assert ticket["requester"] == {"name": "Ada 愛達", "email": "ada@example.com"}
    for said in ("order 4711", "No answer was found", "Visitor: When are refunds paid?", "Within 5 days", "退款呢？"):
        assert said in ticket["comment"]["body"]
    assert desk.requests[0][2]["authorization"] == httpx.BasicAuth("agent@example.com/token", "t0ken")._auth_header
    assert [request[0] for request in desk.requests] == ["POST", "GET"]


async def test_chatwoot_gets_a_note_in_a_conversation_of_the_visitor_s_contact_once(client: httpx.AsyncClient) -> None:
    with ChatwootDesk() as desk:
        chatwoot = Chatwoot(desk.url, account=1, inbox=7, token=SecretStr("t0ken"), client=client)
        assert await chatwoot.deliver(_HANDOFF, is_repeated=False) == "1"
        assert await chatwoot.deliver(_HANDOFF, is_repeated=True) == "1"
        desk.contacts[0]["contact_inboxes"].clear()  # a contact that came by another inbox
    (conversation,) = desk.conversations
    assert [contact["email"] for contact in desk.contacts] == ["ada@example.com"]
    assert conversation["message"]["private"]
    assert "order 4711" in conversation["message"]["content"]
    assert {headers["api_access_token"] for _, _, headers, _ in desk.requests} == {"t0ken"}


async def test_chatwoot_lets_a_contact_of_another_inbox_into_this_one(client: httpx.AsyncClient) -> None:
    with ChatwootDesk() as desk:
        desk.contacts.append({"id": 1, "name": "Ada", "email": "Ada@Example.com", "contact_inboxes": []})
        chatwoot = Chatwoot(desk.url, account=1, inbox=7, token=SecretStr("t0ken"), client=client)
        assert await chatwoot.deliver(_HANDOFF, is_repeated=False) == "1"
    assert desk.conversations[0]["source_id"] == "source-7-1"


async def test_a_receiver_verifies_a_webhook_and_names_a_ticket(client: httpx.AsyncClient) -> None:
    with WebhookDesk() as desk:
        webhook = Webhook(desk.url, secret=SecretStr(_SECRET), client=client)
        assert await webhook.deliver(_HANDOFF, is_repeated=False) == "T-1"
        assert await webhook.deliver(_HANDOFF, is_repeated=True) == "T-1"
    first, second = ((headers, body) for _, _, headers, body in desk.requests)
    assert first[0]["webhook-id"] == second[0]["webhook-id"] == first[0]["idempotency-key"] == "h_1"
    assert first[1] == second[1]
    message = Verifier(_SECRET).verify(first[1], first[0])
    assert (message["type"], message["data"]["email"]) == ("handoff.created", "ada@example.com")
    assert message["data"]["transcript"][0] == {"question": "When are refunds paid?", "answer": "Within 5 days [1]."}


async def test_a_mailbox_gets_a_message_that_is_answered_to_the_visitor() -> None:
    with MailDesk() as desk:
        mailbox = Mailbox(
            "help@example.com",
            sender="bot@example.com",
            host="127.0.0.1",
            port=desk.port,
            security="none",
            user="",
            password=SecretStr(""),
        )
        for is_repeated in (False, True):
            assert await mailbox.deliver(_HANDOFF, is_repeated=is_repeated) == ""
    (message,) = desk.shown.values()
    assert desk.envelopes == [("bot@example.com", "help@example.com")] * 2
    assert (message["Subject"], message["Message-ID"]) == ("My refund has not come.", "<h_1@example.com>")
    assert message["Reply-To"].addresses[0].addr_spec == "ada@example.com"
    assert message["Reply-To"].addresses[0].display_name == "Ada 愛達"
    assert "退款呢？" in message.get_content()


@pytest.mark.parametrize(
    ("status", "body", "headers", "why", "pause"),
    [
        (429, b"", {"Retry-After": "93"}, "status 429", 93),
        (401, b'{"error": "secret"}', {}, "status 401", 0),
        (201, b"<html>", {}, "status 201, with an answer that is not as documented", 0),
    ],
)
async def test_a_refusal_says_its_status_and_none_of_its_words(
    status: int, body: bytes, headers: dict[str, str], why: str, pause: float
) -> None:
    answering = httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=headers))
    async with httpx.AsyncClient(transport=answering) as client:
        zendesk = Zendesk("https://acme.zendesk.com", user="a", token=SecretStr("t"), client=client)
        with pytest.raises(NotDelivered) as raised:
            await zendesk.deliver(_HANDOFF, is_repeated=False)
    assert (str(raised.value), raised.value.pause) == (why, pause)


async def test_nobody_at_the_other_end_is_told(client: httpx.AsyncClient) -> None:
    webhook = Webhook("http://127.0.0.1:1", secret=SecretStr(_SECRET), client=client)
    with pytest.raises(NotDelivered, match="ConnectError"):
        await webhook.deliver(_HANDOFF, is_repeated=False)
    mailbox = Mailbox(
        "a@example.com",
        sender="b@example.com",
        host="127.0.0.1",
        port=1,
        security="none",
        user="",
        password=SecretStr(""),
    )
    with pytest.raises(NotDelivered, match="ConnectionRefusedError"):
        await mailbox.deliver(_HANDOFF, is_repeated=False)


async def test_a_receiver_that_says_nothing_names_no_ticket() -> None:
    silent = httpx.MockTransport(lambda _: httpx.Response(204))
    async with httpx.AsyncClient(transport=silent) as client:
        webhook = Webhook("https://hooks.example.com", secret=SecretStr(_SECRET), client=client)
        assert await webhook.deliver(_HANDOFF, is_repeated=False) == ""
