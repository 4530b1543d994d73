"""Tell which side of a number a text means: `within 14 days`, `more than 3`, 三天後."""

import re
from typing import Literal

from support_bot.answering.checking.polarity import clause_around, denies

Bound = Literal["least", "most"]

_MORE = "(?:more|greater|higher|larger|bigger|longer|later|older) than"
_LESS = "(?:less|fewer|lower|smaller|shorter|earlier|sooner|younger) than"
_NOT = "[不未][可得能會会]?"
_NOT_BEFORE = "(?<![不未])(?<![不未][可得能會会])"
_MORE_CJK = "(?:超[過过]|[多高大][於于])"
_LESS_CJK = "[少低小][於于]"
_NEAR = r"[\u4e00-\u9fff ]{0,6}"  # 最多可上傳 3 個
_END = r" ?(?:the |an? |(?:once )?every )?\Z"
_MOST = re.compile(
    rf"(?:\b(?:no|not) {_MORE}|(?<!no )(?<!not )\b{_LESS}"
    r"|\b(?:within|under|below|until|before|up to|at (?:the )?most|(?:limited|restricted|limit|capped?) (?:to|at)"
    r"|(?:maximum|limit)(?: of| is)?)"
    rf"|(?:最多|至多|上限){_NEAR}|{_NOT_BEFORE}{_LESS_CJK}|[未不][滿满]|{_NOT}{_MORE_CJK}){_END}"
)
_LEAST = re.compile(
    rf"(?:\b(?:no|not) {_LESS}|(?<!no )(?<!not )\b{_MORE}"
    r"|\b(?:over|above|after|exceed(?:s|ing)?|at (?:the )?least|minimum(?: of| is)?)"
    rf"|(?:最少|至少|下限){_NEAR}|{_NOT}{_LESS_CJK}|{_NOT_BEFORE}{_MORE_CJK}|(?<![未不])[滿满逾]){_END}"
)
_MOST_AFTER = re.compile(
    r" ?(?:or (?:less|fewer|under|below|younger|earlier)\b|(?:之|以)?[內内]|以[下前]|之前|前(?![往後后]))"
)
_LEAST_AFTER = re.compile(r" ?(?:or (?:more|over|above|older|later)\b|以[上後后]|之[後后]|[後后])")
_CJK_NUMBERS = re.compile(  # as words they would say something of their own
    rf"最[多少]|至[多少]|[上下]限[為为是]?|{_NOT}?(?:{_MORE_CJK}|{_LESS_CJK})|百分之[一二三四五六七八九十百\d.]+"
    r"|半(?=[個个]?(?:小[時时]|[天日年月]))"
    r"|(?<=[天日週周月年時时分秒個个])[之以]?[內内後后]"
)
_LONGEST = 24  # code points of the words before a number that bound it
_OTHER: dict[Bound, Bound] = {"least": "most", "most": "least"}


def without_cjk_bounds(text: str) -> str:
    """Return a text without the Chinese words that are compared with the number beside them, as its digits are."""
    return _CJK_NUMBERS.sub(" ", text) if re.search(r"[\d一二三四五六七八九十百半]", text) else text


def bound_of(text: str, start: int, end: int) -> Bound | None:
    """Return which side of the number at these characters of a normalised text its clause affirms.

    `Not after 14 days` means at most 14, as `within 14 days` does. None where the number itself is meant.
    """
    before = max(0, start - _LONGEST)
    if _MOST.search(text, before, start) or _MOST_AFTER.match(text, end):
        bound: Bound = "most"
    elif _LEAST.search(text, before, start) or _LEAST_AFTER.match(text, end):
        bound = "least"
    else:
        return None
    return _OTHER[bound] if denies(clause_around(text, start, end)) else bound
