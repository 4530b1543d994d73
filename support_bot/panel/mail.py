"""Turn a mail's text into what its writer wrote in it: without quoted mails, signature, disclaimers and banners.

Line by line, and by expressions that look at one short line each: a mail is whatever somebody sends, and the work for
it must not grow faster than its length.
"""

import re
from collections.abc import Sequence

from support_bot.panel.phrases import (
    ADDRESSED,
    AUTOMATIC,
    AWAY,
    BANNER,
    BOILERPLATE,
    CLOSING,
    DATED,
    FROM,
    OF_A_MAIL,
    OTHER_HEAD,
    REPLY_ABOVE,
    SENT_FROM,
    SEPARATOR,
    WROTE,
)

_LONGEST_LINE = 300  # code points of a line that a mail program has written; what is longer is somebody's text
_WRAPPED = 3  # lines over which `On …, … wrote:` may be broken
_HEADER_LINES = 6  # in which those of a quoted mail's head stand together
_SIGNATURE_LINES = 12
_SIGNATURE_LINE = 90  # code points
_OPENING = 400  # code points in which an automatic reply says that it is one


def written(text: str) -> str:
    """Return what the writer of a mail wrote."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = [line for line in lines if not _is(REPLY_ABOVE, line)]
    own = _without_signature(_without_quotes(lines))
    paragraphs = re.split(r"\n{2,}", "\n".join(own))
    return "\n\n".join(part for n, part in enumerate(paragraphs) if not _is_boilerplate(part, is_first=n == 0)).strip()


def is_automatic(text: str, *, subject: str = "") -> bool:
    """Whether nobody wrote a mail: it says that somebody is away, or that another mail has not come."""
    return bool(AUTOMATIC.match(subject[:_OPENING]) or AUTOMATIC.match(text) or AWAY.search(text[:_OPENING]))


def _is(pattern: re.Pattern[str], line: str) -> bool:
    return len(line) <= _LONGEST_LINE and pattern.fullmatch(line.strip()) is not None


def _without_quotes(lines: Sequence[str]) -> list[str]:
    """Return the lines that nobody else wrote before; where nothing would be left of a mail, all of it."""
    kept: list[str] = []
    last_quoted = max((place for place, line in enumerate(lines) if _is_quoted(line)), default=-1)
    place = 0
    while place < len(lines):
        taken = _attribution(lines, place)
        if taken and last_quoted < place + taken:
            break  # what follows is quoted without marks, to the end
        if _is(SEPARATOR, lines[place]) and _begins_a_head(lines, place + 1):
            break
        if _begins_a_head(lines, place):
            break
        if not taken and not _is_quoted(lines[place]):
            kept.append(lines[place])
        place += taken or 1
    return kept if any(line.strip() for line in kept) else [line.lstrip("> ") for line in lines]


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _attribution(lines: Sequence[str], place: int) -> int:
    """Return over how many lines it is said from here who wrote what follows, 0 when it is not."""
    joined = ""
    for count in range(1, _WRAPPED + 1):
        if place + count > len(lines) or not lines[place + count - 1].strip():
            return 0
        joined = f"{joined} {lines[place + count - 1].strip()}".strip().lstrip("> ")
        if len(joined) > _LONGEST_LINE:
            return 0
        if WROTE.fullmatch(joined) and DATED.search(joined):
            following = next((line for line in lines[place + count :] if line.strip()), "")
            return count if ADDRESSED.search(joined) or _is_quoted(following) else 0
    return 0


def _begins_a_head(lines: Sequence[str], place: int) -> bool:
    """Whether the head of a quoted mail begins here: who it is from, and at least one line more of a head."""
    head = [line for line in lines[place : place + _HEADER_LINES] if line.strip()]
    if not head or len(head[0]) > _LONGEST_LINE or not FROM.match(head[0]):
        return False
    return any(len(line) <= _LONGEST_LINE and OTHER_HEAD.match(line) for line in head[1:])


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept = [line for line in lines if not _is(SENT_FROM, line)]
    for place in _last(kept, count=2 * _SIGNATURE_LINES):
        if kept[place].strip() in ("--", "—"):
            return kept[:place]
    last = _last(kept, count=_SIGNATURE_LINES)
    for n, place in enumerate(last):
        if place > 0 and _is(CLOSING, kept[place]) and all(_may_be_signed(kept[each]) for each in last[n + 1 :]):
            return kept[:place]
    return kept


def _last(lines: Sequence[str], *, count: int) -> list[int]:
    """Return the places of the last lines that are not empty."""
    found: list[int] = []
    for place in range(len(lines) - 1, -1, -1):
        if lines[place].strip():
            found.append(place)
            if len(found) == count:
                break
    return found[::-1]


def _may_be_signed(line: str) -> bool:
    """Whether a line may stand below a closing: a name, a post, an address, but no question and no long sentence."""
    return (len(line) <= _SIGNATURE_LINE and "?" not in line and "？" not in line) or _is_boilerplate(
        line, is_first=False
    )


def _is_boilerplate(paragraph: str, *, is_first: bool) -> bool:
    if BANNER.match(paragraph):
        return True
    marks = {found.lower() for found in BOILERPLATE.findall(paragraph)}
    return len(marks) >= (3 if is_first else 2) and bool(OF_A_MAIL.search(paragraph))
