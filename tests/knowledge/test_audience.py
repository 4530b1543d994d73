import pytest

from knowledge.audience import AUDIENCES, Audience, narrower, readable


def test_the_narrower_of_two_audiences_has_fewer_readers() -> None:
    assert narrower("public", "internal") == "internal"
    assert narrower("customer", "public") == "customer"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_audience_is_not_narrower_than_itself(audience: Audience) -> None:
    assert narrower(audience, audience) == audience


def test_scopes_are_cumulative() -> None:
    assert readable("public") == ("public",)
    assert readable("customer") == ("public", "customer")
    assert readable("internal") == ("public", "customer", "internal")
