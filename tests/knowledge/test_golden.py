import json
from pathlib import Path

import pytest

from knowledge.errors import QuestionsUnreadable
from knowledge.golden import GoldenQuestion, articles_missed, golden_questions

_SAMPLE = Path(__file__).parents[2] / "knowledge" / "questions.jsonl"


def test_the_sample_help_centre_s_questions_are_golden_ones() -> None:
    questions = golden_questions(_SAMPLE)
    assert questions[0].articles == ("articles/install.md",)
    assert {question.audience for question in questions} == {"public"}
    assert any(not question.articles for question in questions)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("?", "Invalid JSON"),
        ('{"articles": ["a.md"]}', "Field required at 'question'"),
        ('{"question": ""}', "at 'question'"),
        ('{"question": "When?", "articles": "a.md"}', "at 'articles'"),
        ('{"question": "When?", "audience": "all"}', "at 'audience'"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text(f"\n{json.dumps({'question': 'How?'})}\n{line}\n")
    with pytest.raises(QuestionsUnreadable, match=f"golden.jsonl, line 3 must be a JSON object .*{complaint}"):
        golden_questions(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionsUnreadable, match=r"The golden questions in .*nowhere.jsonl cannot be read"):
        golden_questions(tmp_path / "nowhere.jsonl")


def test_an_article_is_named_by_its_source_or_its_address() -> None:
    asked = GoldenQuestion(question="When?", articles=("kb/a.md", "https://help.example/b", "kb/c.md"))
    found = [("kb/a.md", ""), ("kb/b.md", "https://help.example/b")]
    assert articles_missed(asked, found) == ["kb/c.md"]
