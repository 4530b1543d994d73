"""Turn a saved message (.eml) into a reading: its subject and its text, without addresses and attachments."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from ingest.errors import SourceError
from ingest.formats.elements import html_pieces
from ingest.formats.page import page
from ingest.formats.reading import Reading


def reading(content: bytes) -> Reading:
    """Return what a message says. Raises SourceError when it is none, or has no text."""
    try:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
        subject = " ".join(str(message["subject"] or "").split())
        sent = message["date"].datetime if message["date"] else None
        body = message.get_body(preferencelist=("html", "plain"))
        text = str(body.get_content()) if body is not None else ""
        media_type = body.get_content_type() if body is not None else "text/plain"
    except (LookupError, ValueError, AttributeError, TypeError) as error:  # of charsets and headers out of order
        detail = f"it is not a complete message ({type(error).__name__}); save it anew as .eml from a mail program"
        raise SourceError("damaged", detail) from error
    shown = page(text, media_type=media_type)
    return Reading(
        html_pieces(shown.html, anchors=shown.anchors),
        title=subject,
        locale=shown.locale,
        updated=sent.date().isoformat() if sent else "",
        hidden=shown.hidden,
    )
