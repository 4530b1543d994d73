import json
from dataclasses import replace

from ingest.answers import AnswersCompared
from ingest.gate import Judgement, Miss
from ingest.report import Failure, Flag, IngestReport


def _report(
    *,
    failed: tuple[Failure, ...] = (),
    flagged: tuple[Flag, ...] = (),
    promoted: bool = True,
    generation: int | None = 3,
    withheld: tuple[str, ...] = (),
    stale: tuple[str, ...] = (),
    gate: Judgement | None = None,
    answers: AnswersCompared | None = None,
) -> IngestReport:
    return IngestReport(
        generation=generation,
        promoted=promoted,
        added=1,
        updated=2,
        unchanged=3,
        deleted=4,
        moved=1,
        withheld=withheld,
        plan="c0ffee" if withheld else None,
        stale=stale,
        failed=failed,
        flagged=flagged,
        passages=50,
        embedded=7,
        gate=gate,
        seconds=1.25,
        answers=answers,
    )


def test_as_json_it_is_one_object_with_these_fields() -> None:
    told = json.loads(_report(failed=(Failure("a.md", "no_text", "empty"),)).to_json())
    names = (
        "generation promoted added updated unchanged deleted moved withheld plan stale failed flagged passages "
        "embedded gate seconds answers"
    )
    assert list(told) == names.split()
    assert told["failed"] == [{"source": "a.md", "reason": "no_text", "detail": "empty"}]


def test_on_a_terminal_each_failure_has_a_line() -> None:
    lines = list(_report(failed=(Failure("a.md", "no_text", "empty"),)).lines())
    assert lines == [
        "1 added, 2 updated, 3 unchanged, 4 deleted, 1 failed in 1.2 s",
        "  failed a.md: no_text: empty",
        "Generation 3 serves 50 passages (7 embedded now).",
    ]


def test_many_failures_are_counted_by_reason() -> None:
    failures = tuple(Failure(f"{n}.png", "unknown_format", "x") for n in range(25))
    assert list(_report(failed=failures).lines())[-2] == "  and 5 more unknown_format; --json names each"


def test_what_goes_on_serving_is_said() -> None:
    assert list(_report(promoted=False).lines())[-1] == "Generation 3 goes on serving 50 passages."
    assert list(_report(promoted=False, generation=None).lines())[-1] == "Nothing serves yet."


def test_secrets_are_named_and_what_was_left_out_is_counted() -> None:
    flags = (
        Flag("a.md", "likely_secret", 1),
        Flag("a.md", "invisible_characters", 2),
        Flag("b.md", "invisible_characters", 3),
    )
    assert list(_report(flagged=flags).lines())[1:-1] == [
        "  flagged a.md: holds what looks like a key or password; take it out and change it",
        "  left out 5 invisible characters of 2 documents; --json names them",
    ]


def test_what_is_withheld_is_said_with_the_way_to_approve_it() -> None:
    line = list(_report(withheld=("kb/a.md", "kb/b.md")).lines())[1]
    assert line.startswith("Deletions withheld: 2 documents serve whose sources are gone, such as kb/a.md.")
    assert line.endswith("run again with --approve-deletions c0ffee.")


def test_what_is_stale_is_said() -> None:
    report = _report(failed=(Failure("a.md", "no_text", "empty"),), stale=("a.md",))
    assert list(report.lines())[2] == "  of 1 sources that failed, the last good version goes on serving"


def _judgement(*, refused: tuple[str, ...] = (), accepted: bool = False) -> Judgement:
    misses = (Miss("When?", "kb/a.md", lost=True, finds="kb/b.md"), Miss("Where?", "kb/c.md", lost=False, finds=""))
    return Judgement(
        documents=12,
        documents_before=12,
        gone=(),
        questions=4,
        recall=0.5,
        recall_before=0.75,
        missed=misses,
        refused=refused,
        plan="c0ffee" if refused else None,
        accepted=accepted,
    )


def test_what_golden_questions_lost_is_said_of_a_generation_that_serves_too() -> None:
    assert list(_report(gate=_judgement()).lines())[1:-1] == [
        "4 golden questions find 50% of their articles, 75% in what served before.",
        "  lost kb/a.md for 'When?': finds kb/b.md first",
    ]


def test_golden_questions_that_find_nothing_at_all_are_held_against_the_names_of_articles() -> None:
    lines = list(_report(gate=replace(_judgement(), recall=0.0)).lines())
    assert lines[2] == "  They name articles such as kb/a.md, which must be as the report does: kb/b.md"


def test_a_refusal_says_what_is_missed_and_how_to_let_it_serve() -> None:
    refused = list(_report(gate=_judgement(refused=("Too few.",)), promoted=False).lines())
    assert refused[3:] == [
        "  missed kb/c.md for 'Where?': finds nothing",
        "Refused by the gate: Too few.",
        "Mend the articles or the golden questions, or let it serve as it is: run again with --promote-anyway c0ffee.",
        "Generation 3 goes on serving 50 passages.",
    ]
    accepted = list(_report(gate=_judgement(refused=("Too few.",), accepted=True)).lines())
    assert accepted[-2] == "Promoted all the same: Too few."


def test_what_became_of_answers_is_said() -> None:
    compared = AnswersCompared(same=7, changed=("Why?",), lost_citation=("How?",), abstains=("When?",))
    assert list(_report(answers=compared).lines())[-3:] == [
        "Of its answers to golden and recent questions 7 are the same, 1 changed, 1 lost a citation, 1 are no more.",
        "  not answered any more: 'When?'",
        "  lost a citation: 'How?'",
    ]
    unknown = list(_report(answers=AnswersCompared(error="timed out")).lines())
    assert unknown[-1] == "Its answers could not be compared with those before: timed out"
