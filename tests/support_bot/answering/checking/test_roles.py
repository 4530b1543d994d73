import pytest

from support_bot.answering.checking.evidence import Evidence
from support_bot.answering.support import check


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Only members can invite people.", "Only admins can invite people. Members can view them."),
        (
            "Members can invite people to a project.",
            "Admins can invite people to a project. Members can view projects.",
        ),
        (
            "Contoso bought Acme.",
            "Acme makes cards. In May it was bought by Fabrikam. Clouds form. Rain falls. Contoso rests.",
        ),
        ("客服部的主管是林小華。", "客服部的主管王大明今天上任。另外林小華也出席了典禮。"),
        ("Fabrikam acquired the blue card.", "It acquired the blue card in May."),
    ],
)
def test_what_is_said_of_another_is_not_said(claim: str, passage: str) -> None:
    assert check(claim, Evidence(passage)).failure


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Only admins can invite people.", "Only admins can invite people. Members can view them."),
        ("Members can view projects.", "Admins can invite people to a project. Members can view projects."),
        ("Acme was bought in May.", "Acme makes cards. In May it was bought by Fabrikam."),
        (
            "Compared to the phone, the tablet shows larger pictures at night.",
            "The tablet shows larger and brighter pictures than the phone at night.",
        ),
        ("Restart your device to see new messages.", "You see new messages once your device has restarted."),
        ("客服部的主管是王大明。", "客服部的主管由王大明擔任。另外林小華也出席了典禮。"),
    ],
)
def test_what_is_said_of_the_same_is_said(claim: str, passage: str) -> None:
    assert check(claim, Evidence(passage)).failure is None
