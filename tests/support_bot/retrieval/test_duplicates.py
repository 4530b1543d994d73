from dataclasses import replace

import pytest

from knowledge.audience import Audience
from knowledge.search import Background, Hit
from support_bot.retrieval.duplicates import distinct
from tests.knowledge.passages import passage

_NOTE = (
    "Charge the battery at room temperature, away from children, and never leave it alone while it charges at night."
)


def hits(*texts: str) -> list[Hit]:
    return [
        Hit(
            passage(text, id_=f"a{n}-0"),
            9.0 - n,
            0.5,
            5.0,
            0.5,
            0.0,
            False,
            0.0,
            Background(cosine=0.1, bm25=1.0, leaders=()),
        )
        for n, text in enumerate(texts)
    ]


def texts_of(found: list[Hit]) -> list[str]:
    return [hit.passage.text for hit in found]


def test_of_two_passages_that_repeat_each_other_the_better_stays_and_the_next_moves_up() -> None:
    found = hits(_NOTE, _NOTE.replace("never", "do not"), "It weighs two kilograms.")

    assert texts_of(distinct(found, count=2)) == [_NOTE, "It weighs two kilograms."]


def test_the_same_words_with_another_number_or_order_of_things_are_not_the_same() -> None:
    found = hits("Plan A costs 5 euros a month.", "Plan B costs 9 euros a month.", "Month a euros 5 costs A plan.")

    assert distinct(found, count=3) == found


def test_chinese_is_compared_in_either_script() -> None:
    traditional, simplified = "請在設定頁面輸入新的密碼，然後按下儲存。", "请在设定页面输入新的密码，然后按下储存。"

    assert texts_of(distinct(hits(traditional, simplified), count=2)) == [traditional]


def test_passages_without_words_are_kept() -> None:
    assert len(distinct(hits("!", "!"), count=2)) == 2


def named(hit: Hit, source: str, *, url: str = "", updated: str = "", audience: Audience = "public") -> Hit:
    return replace(hit, passage=replace(hit.passage, source=source, url=url, updated=updated, audience=audience))


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"source": "kb/a.md"}, {"source": "kb/old/a.md", "url": "https://help.example/a"}),
        ({"source": "kb/a.md", "audience": "internal"}, {"source": "kb/old/a.md"}),
        ({"source": "kb/a.md", "updated": "2025-01-01"}, {"source": "kb/old/a.md", "updated": "2026-01-01"}),
        ({"source": "kb/a.md"}, {"source": "kb/old/a.md", "updated": "2026-01-01"}),
        ({"source": "kb/archive/2024/a.md"}, {"source": "kb/refunds.md"}),
        ({"source": "kb/copy-of-a.md"}, {"source": "kb/a.md"}),
        ({"source": "kb/b.md"}, {"source": "kb/a.md"}),
    ],
)
def test_the_same_text_is_cited_under_its_better_name_in_the_place_of_the_first(
    worse: dict[str, str], better: dict[str, str]
) -> None:
    first, other, second = hits(_NOTE, "It weighs two kilograms.", _NOTE)
    one, two = named(first, **worse), named(second, **better)  # type: ignore[arg-type]

    assert next(hit.passage.source for hit in distinct([one, other, two], count=2)) == better["source"]
    assert next(hit.passage.source for hit in distinct([two, other, one], count=2)) == better["source"]


def test_other_words_or_another_locale_are_no_second_name() -> None:
    first, second = hits(_NOTE, _NOTE.replace("never", "do not"))
    third = replace(first, passage=replace(first.passage, locale="en-GB", url="https://help.example/uk"))

    assert distinct([first, named(second, "a.md", url="https://help.example/a")], count=2) == [first]
    assert distinct([first, third], count=2) == [first]
