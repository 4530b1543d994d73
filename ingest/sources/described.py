"""Turn an article that another system describes, field by field, into a source."""

import hashlib
from collections.abc import Mapping

import yaml

from ingest.sources.source import UNFIT_IN_A_NAME, Source
from knowledge.audience import Audience


def described_source(
    text: str, *, location: str, media_type: str, audience: Audience, fields: Mapping[str, str | None]
) -> Source:
    """Return the source of an article; the fields are those of front matter, and empty ones are left out."""
    said = {name: value for name, value in fields.items() if value}
    # Always with front matter, though empty: an article's own text may begin with a line of dashes.
    front_matter = yaml.safe_dump(said, allow_unicode=True) if said else ""
    content = f"---\n{front_matter}---\n{text}".encode("utf-8", "replace")
    return Source(
        location=UNFIT_IN_A_NAME.sub("\ufffd", location),
        media_type=media_type,
        audience=audience,
        digest=hashlib.sha256(content).hexdigest(),
        read=lambda: content,
    )
