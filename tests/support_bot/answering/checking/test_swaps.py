import pytest

from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.checking.swaps import order_of
from support_bot.answering.support import check


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The clerk sends the form to the bank.", "The clerk sends the bank to the form."),
        ("Move the file from the archive to the inbox.", "Move the file from the inbox to the archive."),
        ("We switched the cluster from Contoso Linux.", "We switched the cluster to Contoso Linux on Monday."),
        ("Use the tablet instead of the phone.", "Use the phone instead of the tablet."),
        ("Members approve admins quickly.", "Admins approve members quickly."),
        ("You can download reports up to 10 MB.", "You can upload reports up to 10 MB."),
        ("Apply for the visa after your permit expires.", "Apply for the visa before your permit expires."),
        ("Schools encourage families to pick up meals.", "Schools discourage families to pick up meals."),
        ("The page is for internal notes.", "The page is for external notes."),
        (
            "Short notes read by a person are better to have.",
            "Many cards checked by machine are better than short notes read by a person.",
        ),
    ],
)
def test_the_other_way_round_is_not_said(claim: str, passage: str) -> None:
    assert check(claim, Evidence(passage)).failure


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The clerk sends the form to the bank.", "To the bank the clerk sends the form."),
        ("Move the file to the archive from the inbox.", "Move the file from the inbox to the archive."),
        ("Members are approved by admins.", "Admins approve members."),
        ("Attendance hours that are higher count.", "Higher hours of attendance count."),
        ("You can download reports up to 10 MB.", "You can upload and download reports up to 10 MB."),
        ("You can export reports.", "You can import notes. You can export reports."),
        ("Download the report, then upload the report again.", "Download the report. Upload the report again."),
        (
            "Many cards checked by machine are better to have.",
            "Many cards checked by machine are better than short notes read by a person.",
        ),
        ("The chief of Acme is Zed Zane.", "Acme chief Zed Zane spoke."),
    ],
)
def test_the_same_in_another_order_is_said(claim: str, passage: str) -> None:
    assert check(claim, Evidence(passage)).failure is None


def test_an_order_knows_what_follows_which_preposition() -> None:
    order = order_of("Move the file from the inbox to your archive")
    assert order.objects == {("from", "inbox"), ("to", "arch")}
    assert order.terms == ("move", "file", "inbox", "arch")
    assert not order.may_turn
