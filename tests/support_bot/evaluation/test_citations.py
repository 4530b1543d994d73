from support_bot.evaluation.citations import citations_report
from support_bot.evaluation.claims import Claim, Kind
from tests.knowledge.passages import passage

_PASSAGES = (
    passage("The frame lock keeps its key while it is open. A lost key is replaced at the counter.", id_="lock-0"),
    passage("Charge the battery at room temperature. A charge takes four hours.", id_="battery-0"),
)


def claim(kind: Kind, text: str, *, evidence: str = "") -> Claim:
    return Claim("q", kind, text, _PASSAGES, evidence)


def test_what_is_shown_is_counted_by_kind_whatever_is_cited() -> None:
    report = citations_report(
        "bikes",
        [
            claim("supported", "A lost key is replaced at the counter."),
            claim("supported", "Lost umbrellas are mailed home free of charge."),
            claim("number_mismatch", "A charge takes nine hours."),
        ],
    )
    assert {kind: (found.claims, found.share.mean) for kind, found in report.shown.items()} == {
        "supported": (2, 0.5),
        "number_mismatch": (1, 0.0),
    }
    assert report.span_f1 is None


def test_quotes_are_compared_with_the_evidence_that_somebody_named() -> None:
    said = "A lost key is replaced at the counter."
    report = citations_report("bikes", [claim("supported", said, evidence=said)])
    assert report.span_f1 is not None
    assert report.span_f1.mean == 1.0
    assert any("1.000 F1" in line for line in report.lines())


def test_the_sites_own_name_may_be_said_where_a_passage_does_not() -> None:
    said = [claim("supported", "A charge of the Contoso battery takes four hours.")]
    assert citations_report("bikes", said).shown["supported"].share.mean == 0
    assert citations_report("bikes", said, own_names=["Contoso"]).shown["supported"].share.mean == 1
