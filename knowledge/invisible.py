"""Drop the characters that no reader sees, which can carry orders to a model or make one word look like another.

What a script needs stays: joiners inside words of Arabic and Indic scripts and inside emoji, marks of direction beside
letters that are written from right to left, and the tags that spell a flag.
"""

import re
from dataclasses import dataclass

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_JOINING = "\u0600-\u08ff\u0900-\u0dff\u0e80-\u0eff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_FLAG = "\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f"  # of a part of a country: England, Scotland, Wales

_KEPT = (
    _FLAG,
    f"(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])",
    f"(?<=[{_EMOJI}\ufe0f\U0001f3fb-\U0001f3ff])\u200d(?=[{_EMOJI}])",
    f"(?<=[{_EMOJI}0-9#*])[\ufe0e\ufe0f]",
    # Choosers of a variant, of a Han character and of a Mongolian letter.
    "(?<=[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af])[\ufe00-\ufe0f\U000e0100-\U000e01ef]",
    f"(?<=[{_RIGHT_TO_LEFT}])[\u200e\u200f\u061c]|[\u200e\u200f\u061c](?=[{_RIGHT_TO_LEFT}])",
    "(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]",
)
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_KEPT_OR_INVISIBLE = re.compile(f"({'|'.join(_KEPT)})|[{_INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as its reader sees it."""

    text: str
    dropped: int  # invisible characters that it had besides


def visible(text: str) -> Seen:
    """Return the text without the characters that no reader sees."""
    if text.isascii():
        return Seen(text, 0)
    shown = _KEPT_OR_INVISIBLE.sub(lambda found: found[1] or "", text)
    return Seen(shown, len(text) - len(shown))
