"""Turn the ways of writing a number into its value and unit."""

import re
from decimal import Decimal
from typing import NamedTuple

from knowledge.words import normalised
from support_bot.answering.checking.bounds import Bound, bound_of


class Number(NamedTuple):
    """A number of a text: `Number("1500", "$")` for `US$1,500.00`."""

    value: str
    unit: str  # "" when none is written
    spelled: bool = False  # as a word
    thing: str = ""  # the word that it numbers (`Opus 3`), "" for an amount
    bound: Bound | None = None  # which side of it is meant: `within 14 days`, `more than 3`; None for the number itself

    @property
    def is_an_article(self) -> bool:
        """Whether it counts nothing: `one of them`, 一旦."""
        return self.spelled and self.value == "1" and not self.unit

    @property
    def kind(self) -> str:
        """What it tells apart: the things of one word, or years; "" for an amount."""
        return self.thing or ("year" if self.unit in ("", "year") and _YEAR.fullmatch(self.value) else "")

    def agrees_with(self, other: "Number") -> bool:
        """Whether both may state the same; a missing unit or bound agrees with any, a year with twelve months."""
        if self.bound and other.bound and self.bound != other.bound:
            return False
        if self.unit in _LENGTHS and other.unit in _LENGTHS:
            return self._length() == other._length()
        return self.value == other.value and (self.unit == other.unit or not self.unit or not other.unit)

    def _length(self) -> "tuple[str, Decimal] | Number":
        """Return a duration in the smallest unit of its kind; the number itself where it is a time or version."""
        if not re.fullmatch(r"\d*\.?\d+", self.value):
            return self
        unit, times = _LENGTHS[self.unit]
        return unit, Decimal(self.value) * times


_UNITS = {
    "second": "seconds?|secs?|秒鐘?|秒钟",
    "minute": "minutes?|mins?|分鐘|分钟",
    "hour": "hours?|hrs?|小時|小时|鐘頭|钟头",
    "business day": "(?:business|working) days?|[個个]?(?:工作|營業|营业)[天日]",
    "day": "(?:calendar )?days?|天|日|號|号",
    "week": "weeks?|週|周|[個个]?星期|[個个]?禮拜",
    "month": "months?|[個个]月",
    "month of the year": "月",
    "year": "years?|年",
    "%": "%|percent|per cent",
    "am": r"a\.?m\b\.?",
    "pm": r"p\.?m\b\.?",
    "KB": "kb|kilobytes?",
    "MB": "mb|megabytes?",
    "GB": "gb|gigabytes?",
    "TB": "tb|terabytes?",
    "$": "usd|us dollars?|dollars?|美元|美金",
    "€": "eur|euros?|歐元|欧元",
    "£": "gbp|pounds?|英鎊|英镑",
    "元": "twd|ntd|rmb|cny|元|塊錢?|块钱?",
}
_LENGTHS = {
    "second": ("second", 1),
    "minute": ("second", 60),
    "hour": ("second", 3_600),
    "day": ("second", 86_400),
    "week": ("second", 604_800),
    "month": ("month", 1),
    "year": ("month", 12),
}
_CURRENCY = {"us$": "$", "$": "$", "€": "€", "£": "£", "nt$": "元", "¥": "元", "hk$": "hk$"}
_SCALE = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "k": 1_000}
_SCALE |= dict.fromkeys("萬万", 10**4) | dict.fromkeys("億亿", 10**8)
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TIES = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: str(value) for value, word in enumerate((*_ONES, *_TEENS), start=1)}
_WORDS |= {word: str(value) for value, word in zip(range(20, 100, 10), _TIES, strict=True)}
_WORDS |= {
    f"{ten}-{one}": str(tens + ones)
    for tens, ten in zip(range(20, 100, 10), _TIES, strict=True)
    for ones, one in enumerate(_ONES, start=1)
}
_WORDS |= {"hundred": "100", "dozen": "12", "couple": "2", "both": "2", "twice": "2", "half": "0.5"}
_SPELLED = "|".join(sorted(_WORDS, key=len, reverse=True)).replace("-", "[ -]")
_WORD = rf"(?:(?!both (?:\S+ ){{1,6}}and\b)(?:{_SPELLED}))"  # `both A and B` counts nothing
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "兩": 2, "两": 2}
_HALF = "半"
_TENS = {"十": 10, "百": 100, "千": 1_000}
_NUMERAL = "".join((*_DIGITS, *_TENS))
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_LONGEST_SCALED = 20
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_UNIT = "|".join(f"(?:{pattern})" for pattern in _UNITS.values())
_UNIT_OF = [(re.compile(pattern), unit) for unit, pattern in _UNITS.items()]
_CLASSIFIER = "[個个次項项種种名位張张筆笔步台部件組组條条倍頁页]"
_END = r"(?:(?<![a-z])|(?![a-z0-9]))"  # of a word in Latin letters
_NUMBER = re.compile(
    rf"(?=[\d$€£¥unhotfsewdcb{_HALF}{_NUMERAL}])"  # so that most positions fail at once
    rf"(?:(?P<currency>(?:us|nt|hk)?\$|[€£¥])\s?)?"
    rf"(?:(?<![a-z0-9_.])(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:[.:]\d+)*)"
    rf"|\b(?P<word>{_WORD})\b(?:(?: of)? an?(?= (?:{_UNIT})\b))?"
    # A numeral is read from its first sign: an ordinal's rest is none, and a long run is looked at once.
    rf"|(?<![第{_NUMERAL}])(?P<chinese>{_HALF}|[{_NUMERAL}]++)(?=[萬万億亿]?\s?(?:{_UNIT}|{_CLASSIFIER})))"
    rf"(?:[\s-]?(?P<scale>(?:hundred|thousand|million|billion|k){_END}|[萬万億亿]))?"
    rf"(?:[\s-]?(?P<unit>(?:{_UNIT}){_END}))?"
)
_DATE = re.compile(rf"\b(?:({'|'.join(_MONTHS)})[a-z]*\.? (?=\d)|(?<=\d )({'|'.join(_MONTHS)})[a-z]*\b)")
_ORDINAL = re.compile(r"(?<!\S)\d{1,2}\)\s|(?m:^)\s*\d{1,3}[.)]\s")
_PER_CENT = re.compile(rf"百分之([\d.]+|[{_NUMERAL}]+)")
_RANGE = re.compile(r"\s?(?:-|–|~|to|至|到)\s?")
_CAPITALISED = re.compile(r"[A-Z]\w*")
_BEFORE = re.compile(r"([a-z]\w*)\.? \Z")
_LONGEST_BEFORE = 24  # code points
_NUMBERED = frozenset("chapter episode error level no part release season section step version volume".split())
_PERIODS = {
    "hour": "hour|hourly|hr|小時|小时",
    "day": "day|daily|天|日",
    "week": "week|weekly|週|周|星期",
    "month": "month|monthly|mo|月",
    "year": "year|yearly|yr|annum|annually|年",
}
_PERIOD = re.compile(
    r"(?:\b(?:per|each|every) |/ ?|\d\S*(?: \w+){0,2} an? )(hour|hr|day|week|month|mo|year|yr|annum)\b"
    r"|\b(hourly|daily|weekly|monthly|yearly|annually)\b|(?:每[個个]?|/)(小時|小时|天|日|週|周|星期|月|年)"
)
_PERIOD_OF = {word: period for period, words in _PERIODS.items() for word in words.split("|")}
_ANY = re.compile(rf"\d|\b{_WORD}\b|[{_HALF}{_NUMERAL}]")


def numbers_in(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text, those of its dates included, in reading order."""
    capitalised = set(map(normalised, _CAPITALISED.findall(text)))
    text = _PER_CENT.sub(r"\1%", _ORDINAL.sub("", normalised(text)))
    if not _ANY.search(text):
        return ()
    found: list[Number] = []
    previous_end = -1
    for match in _NUMBER.finditer(text):
        number = _number(match)._replace(bound=bound_of(text, *match.span()))
        before = _BEFORE.search(text, max(0, match.start() - _LONGEST_BEFORE), match.start())
        if before and not number.unit and (before[1] in capitalised or before[1] in _NUMBERED):
            number = number._replace(thing=before[1])
        if found and not found[-1].unit and _RANGE.fullmatch(text, previous_end, match.start()):
            found[-1] = found[-1]._replace(unit=number.unit)
        found.append(number)
        previous_end = match.end()
    months = (_MONTHS.index(match[1] or match[2]) + 1 for match in _DATE.finditer(text))
    return (*found, *(Number(str(month), "month of the year") for month in months))


def periods_in(text: str) -> frozenset[str]:
    """Return what a text counts by, as `month` for `$20 per month`, `$20/mo`, `monthly` and 每月."""
    return frozenset(_PERIOD_OF[found[found.lastindex or 0]] for found in _PERIOD.finditer(normalised(text)))


def _number(match: re.Match[str]) -> Number:
    unit = _CURRENCY[match["currency"]] if match["currency"] else ""
    if match["unit"]:
        unit = next(unit for pattern, unit in _UNIT_OF if pattern.fullmatch(match["unit"]))
    return Number(_value(match), unit, spelled=match["digits"] is None)


def _value(match: re.Match[str]) -> str:
    if match["chinese"]:
        digits = "0.5" if match["chinese"] == _HALF else _chinese_value(match["chinese"])
    else:
        digits = match["digits"] or _WORDS[match["word"].replace(" ", "-")]
    digits = re.sub(r"[.:]0+$", "", digits.replace(",", "").lstrip("0")) or "0"
    scale = _SCALE.get(match["scale"], 1)
    if scale == 1 or ":" in digits or digits.count(".") > 1 or len(digits) > _LONGEST_SCALED:
        return digits
    return f"{(Decimal(digits) * scale).normalize():f}"


def _chinese_value(numeral: str) -> str:
    """Read 十五, 三十, 一百二十; a run of bare digits (二〇二四) is read digit by digit."""
    if not any(character in _TENS for character in numeral):
        return "".join(str(_DIGITS[character]) for character in numeral)
    total = digit = 0
    for character in numeral:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return str(total + digit)
