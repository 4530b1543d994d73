import socket
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from ingest.settings import IngestSettings
from ingest.webhook import Webhook
from knowledge.signing import key_of, refuse_unsafe, signed
from tests.receiver import Receiver

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_AT = "2026-03-05T02:30:00+00:00"
_NO_PAUSES = (0.0, 0.0)


def _send(url: str) -> None:
    Webhook(url, secret=_SECRET, pauses=_NO_PAUSES).send("ingest.failed", {"site": "客服", "exit_code": 1}, at=_AT)


def test_the_signature_is_that_of_the_specification_s_example() -> None:
    headers = signed(
        b'{"test": 2432232314}',
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        key=key_of(_SECRET, setting="A_SECRET"),
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_s_library_verifies_what_comes(capsys: pytest.CaptureFixture[str]) -> None:
    with Receiver() as receiver:
        _send(f"{receiver.url}/hooks/ingest")
    (message,) = receiver.received
    assert Verifier(_SECRET).verify(message.body, message.headers) == {
        "type": "ingest.failed",
        "timestamp": _AT,
        "data": {"site": "客服", "exit_code": 1},
    }
    assert (message.path, message.headers["content-type"]) == ("/hooks/ingest", "application/json")
    assert capsys.readouterr().err == ""


def test_a_message_that_was_changed_on_the_way_is_not_verified() -> None:
    with Receiver() as receiver:
        _send(receiver.url)
    (message,) = receiver.received
    with pytest.raises(WebhookVerificationError):
        Verifier(_SECRET).verify(message.body.replace(b": 1", b": 0"), message.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(_SECRET).verify(message.body, {**message.headers, "webhook-id": "msg_other"})


def test_a_message_is_sent_again_under_its_id_until_it_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with Receiver([500, 429, 200]) as receiver:
        _send(receiver.url)
    assert len({message.headers["webhook-id"] for message in receiver.received}) == 1
    assert len(receiver.received) == 3
    for message in receiver.received:
        Verifier(_SECRET).verify(message.body, message.headers)
    assert capsys.readouterr().err == ""


def test_a_receiver_that_never_takes_it_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Receiver([503]) as receiver:
        _send(receiver.url)
    assert len(receiver.received) == 3
    told = capsys.readouterr().err
    assert told == "ingest: the webhook was not delivered: status 503. See INGEST_WEBHOOK_URL.\n"


def test_a_receiver_that_is_not_there_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    _send(f"http://127.0.0.1:{port}")
    assert "was not delivered: ConnectError" in capsys.readouterr().err


def test_a_receiver_that_never_answers_holds_up_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        Webhook(url, secret=_SECRET, pauses=(), seconds=0.1).send("ingest.failed", {}, at=datetime.now(UTC).isoformat())
    assert "was not delivered: no answer" in capsys.readouterr().err


def test_a_redirect_is_not_followed() -> None:
    with Receiver() as elsewhere, Receiver([302], location=elsewhere.url) as receiver:
        _send(receiver.url)
    assert elsewhere.received == []


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "http://10.0.0.1/",
        "http://127.0.0.1.example.com/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "https://",
        "https://user:password@hooks.example.com/",
        "hooks.example.com",
    ],
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"an address"):
        refuse_unsafe(url)


@pytest.mark.parametrize("url", ["https://hooks.example.com/x?y=z", "http://localhost:9000", "http://[::1]:9000/"])
def test_an_address_that_is_safe_is_taken(url: str) -> None:
    assert IngestSettings(webhook_secret=_SECRET, webhook_url=url).webhook_url == url


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_" + "A" * 120, "correct horse battery staple"]
)
def test_a_secret_that_is_none_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ValueError, match="INGEST_WEBHOOK_SECRET must be 'whsec_' and 24") as refused:
        IngestSettings(webhook_secret=secret, webhook_url="https://hooks.example.com")
    assert len(secret) < 10 or secret not in str(refused.value)
