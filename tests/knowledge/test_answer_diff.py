from pathlib import Path

from knowledge.answer_diff import AnswerChange, AnswerDiff, Change, kept_diff


def _change(question: str, change: Change) -> AnswerChange:
    return AnswerChange(
        question=question, change=change, before="Five days.", after="", cited_before=("kb/a.md",), cited_after=()
    )


def test_what_is_kept_is_read_back_and_told_by_kind(tmp_path: Path) -> None:
    diff = AnswerDiff(before=1, after=2, same=7, changes=(_change("When?", "abstains"), _change("How?", "changed")))
    diff.keep(tmp_path)
    assert kept_diff(tmp_path) == diff
    assert (diff.questions("abstains"), diff.questions("lost_citation")) == (("When?",), ())


def test_a_damaged_one_is_as_good_as_none(tmp_path: Path) -> None:
    assert kept_diff(tmp_path) is None
    (tmp_path / "answers.json").write_text('{"before": 1')
    assert kept_diff(tmp_path) is None
