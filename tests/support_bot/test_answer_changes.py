from pathlib import Path

import pytest

from knowledge.answer_diff import Change
from knowledge.embeddings import SentenceTransformersEmbeddings
from knowledge.errors import GenerationDamaged
from knowledge.golden import GoldenQuestion
from knowledge.settings import KnowledgeSettings
from support_bot.answer_changes import Answered, answer_diff, change_of, diff_lines
from support_bot.settings import SupportBotSettings
from tests.conftest import index_articles

_FIVE_DAYS = Answered("answered", "It takes five days.", ("kb/a.md",))
_NOTHING = Answered("no_answer", "I could not find an answer.", ())


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (_FIVE_DAYS, _FIVE_DAYS, None),
        (_NOTHING, _NOTHING, None),
        (_NOTHING, Answered("clarify", "I could not find an answer.", ()), None),
        (_FIVE_DAYS, Answered("partial", "It takes five days.", ("kb/a.md",)), None),
        (_FIVE_DAYS, Answered("answered", "It takes nine days.", ("kb/a.md",)), "changed"),
        (_FIVE_DAYS, Answered("answered", "It takes five days.", ("kb/a.md", "kb/b.md")), "changed"),
        (_NOTHING, _FIVE_DAYS, "changed"),
        (_FIVE_DAYS, Answered("answered", "It takes five days.", ("kb/b.md",)), "lost_citation"),
        (_FIVE_DAYS, _NOTHING, "abstains"),
    ],
)
def test_two_answers_differ_by_the_gravest_change(before: Answered, after: Answered, change: Change | None) -> None:
    assert change_of(before, after) == change


@pytest.mark.slow  # it embeds passages
async def test_each_question_is_answered_by_both_generations_as_its_asker_may_read(
    tmp_path: Path, vector_folder: Path, embeddings: SentenceTransformersEmbeddings
) -> None:
    articles, data_dir = tmp_path / "kb", tmp_path / "data"
    articles.mkdir()
    refunds, hours = articles / "refunds.md", articles / "hours.md"
    refunds.write_text("# Refunds\n\nRefunds take five days after we have received your parcel.")
    hours.write_text("# Opening hours\n\nOur shop in Main Street opens at nine in the morning.")
    (articles / "vouchers.md").write_text("# Vouchers\n\nVouchers expire three years after they were bought.")
    index_articles(articles, data_dir=data_dir, vector_folder=vector_folder, embeddings=embeddings)
    refunds.write_text("# Refunds\n\nRefunds take nine days after we have received your parcel.")
    hours.write_text("---\naudience: internal\n---\n" + hours.read_text())
    index_articles(articles, data_dir=data_dir, vector_folder=vector_folder, embeddings=embeddings)

    opens = "When does the shop in Main Street open?"
    questions = [
        "How long do refunds take?",
        opens,
        "When do vouchers expire?",
        "x" * 3_000,
        "When do vouchers expire?",
    ]
    settings, knowledge_settings = SupportBotSettings(), KnowledgeSettings(data_dir=data_dir)
    diff = await answer_diff(
        [GoldenQuestion(question=question) for question in questions], settings, knowledge_settings, before=1, after=2
    )
    assert (diff.same, diff.questions("changed"), diff.questions("abstains")) == (
        2,
        ("How long do refunds take?",),
        (opens,),
    )
    assert diff.changes[0].cited_after == ("kb/refunds.md",)
    assert "five days" in diff.changes[0].before and "nine days" in diff.changes[0].after
    assert list(diff_lines(diff))[:3] == [
        "From generation 1 to 2, 2 answers are the same.",
        "",
        "How long do refunds take?: changed",
    ]

    agents = await answer_diff(
        [GoldenQuestion(question=opens, audience="internal")], settings, knowledge_settings, before=1, after=2
    )
    assert agents.same == 1
    with pytest.raises(GenerationDamaged):
        await answer_diff([], settings, knowledge_settings, before=1, after=7)
