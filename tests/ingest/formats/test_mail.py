from email.message import EmailMessage

import pytest

from ingest.errors import SourceError
from ingest.formats.mail import reading

pytestmark = pytest.mark.slow  # unstructured takes seconds to import


def _message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Ann <ann@help.example>", "all@help.example"
    message["Subject"] = "Öffnungszeiten"
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
    message.set_content("Plain words.")
    return message


def test_a_message_is_its_subject_and_text() -> None:
    message = _message()
    message.add_attachment(b"attached", maintype="application", subtype="octet-stream", filename="../../a.bin")
    found = reading(message.as_bytes())
    assert [piece.text for piece in found.pieces] == ["Plain words."]
    assert (found.title, found.updated) == ("Öffnungszeiten", "2026-11-02")


def test_its_html_is_preferred_and_read_as_a_page() -> None:
    message = _message()
    message.add_alternative("<h1>Hours</h1><p>Nine to five.<span style='color:#FFF'>orders</span></p>", subtype="html")
    found = reading(message.as_bytes())
    assert [(piece.kind, piece.text) for piece in found.pieces] == [("heading", "Hours"), ("text", "Nine to five.")]
    assert found.hidden == 1


@pytest.mark.parametrize("content", [b"", b"Subject: only\n\n", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n"])
def test_a_message_without_text_holds_nothing(content: bytes) -> None:
    assert reading(content).pieces == ()


def test_an_encoding_that_nobody_knows_is_damaged() -> None:
    with pytest.raises(SourceError, match="damaged: it is not a complete message"):
        reading(b"Content-Type: text/plain; charset=nonsense\n\ntext \xff")
