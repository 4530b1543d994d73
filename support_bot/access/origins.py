"""Tell whether a text is an origin as browsers send it."""

import re

_ORIGIN = re.compile(r"(https?)://([a-z0-9_.-]*[a-z0-9_-]|\[[0-9a-f:]+\])(?::([1-9][0-9]{0,4}))?")
_IMPLIED = {"http": "80", "https": "443"}  # browsers leave these ports out


def checked_origin(text: str) -> str:
    """Return an origin that can be compared with what a browser sends, letter by letter. Raises ValueError."""
    found = _ORIGIN.fullmatch(text)
    if found is None or found[3] == _IMPLIED[found[1]]:
        raise ValueError(
            f"{text!r} is no origin: write https://host or http://host:port in small letters, "
            "with nothing behind it, no wildcard, and no port that browsers leave out"
        )
    return text
