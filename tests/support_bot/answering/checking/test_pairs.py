import pytest

from support_bot.answering.checking.facts import facts
from support_bot.answering.checking.pairs import mixes_up, parts_in

PLANS = "The Basic plan includes 5 GB, the Team plan 100 GB."
PATHS = "On Linux, copies are written to `/var/copies`; on Windows, to `/opt/copies`."


@pytest.mark.parametrize(
    ("claim", "stated"),
    [
        ("With the Basic plan you get 100 GB.", PLANS),
        ("On Windows copies are written to `/var/copies`.", PATHS),
        ("A Gold card costs 20 euros a year.", "The Gold card costs 40 euros a year and the Blue card 20 euros."),
    ],
)
def test_what_is_another_s_is_mixed_up(claim: str, stated: str) -> None:
    assert mixes_up(facts(claim), parts_in(stated), known=frozenset())


@pytest.mark.parametrize(
    ("claim", "stated"),
    [
        ("With the Team plan you get 100 GB.", PLANS),
        ("The plans Basic and Team have 5 GB and 100 GB.", PLANS),
        ("On Linux copies are written to `/var/copies`.", PATHS),
        ("Opus costs $75 for output.", "Opus costs $15 for input and $75 for output."),
        ("The Gold card is for two.", "The Gold card is for one and the Blue card for two."),
        ("Basic has 100 GB.", "Team has 100 GB."),
    ],
)
def test_what_may_be_its_own_is_not(claim: str, stated: str) -> None:
    assert not mixes_up(facts(claim), parts_in(stated), known=frozenset())


def test_what_the_whole_passage_is_about_has_nothing_of_its_own() -> None:
    assert not mixes_up(facts("With the Basic plan you get 100 GB."), parts_in(PLANS), known=frozenset({"basic"}))


def test_what_gives_nothing_belongs_to_the_part_behind_it() -> None:
    assert [sorted(part.literals) for part in parts_in(PATHS)] == [["/var/copies"], ["/opt/copies"]]
    assert "linux" in parts_in(PATHS)[0].terms
