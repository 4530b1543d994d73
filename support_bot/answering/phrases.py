"""The few sentences that the product says in its own words, in the asker's language."""

import re
from typing import Literal

from knowledge.words import cjk_share

Language = Literal["en", "zh-Hant", "zh-Hans"]

NO_ANSWER: dict[Language, str] = {
    "en": "I could not find an answer to this in the help articles.",
    "zh-Hant": "在說明文章中找不到這個問題的答案。",
    "zh-Hans": "在帮助文章中找不到这个问题的答案。",
}

REFUSED: dict[Language, str] = {
    "en": "I cannot help with this here. A person can.",
    "zh-Hant": "這個問題我無法在這裡協助，請由專人為您服務。",
    "zh-Hans": "这个问题我无法在这里协助，请由专人为您服务。",
}

CLARIFY: dict[Language, str] = {
    "en": "Could you say a little more about what you would like to know? These articles are the nearest.",
    "zh-Hant": "可以再多說一點您想知道什麼嗎？以下是最接近的文章。",
    "zh-Hans": "可以再多说一点您想知道什么吗？以下是最接近的文章。",
}

HANDOFF: dict[Language, str] = {
    "en": "Of course: a person can take over from here.",
    "zh-Hant": "好的，接下來可以由專人為您服務。",
    "zh-Hans": "好的，接下来可以由专人为您服务。",
}

SOURCES_HEADING: dict[Language, str] = {"en": "Sources", "zh-Hant": "資料來源", "zh-Hans": "资料来源"}

_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")

# Frequent characters that only Simplified Chinese writes so.
_SIMPLIFIED_ONLY = frozenset(
    "这们个么为吗设题说请问电邮码账录开关长东车马见书门时间过进还实现应该样对给让点种错误帮网页联订单发费"
)


def language_of(text: str) -> Language:
    """Return the language of ours that is nearest to the text's."""
    if cjk_share(text) < 0.3 or _KANA_OR_HANGUL.search(text):
        return "en"
    return "zh-Hans" if _SIMPLIFIED_ONLY.intersection(text) else "zh-Hant"
