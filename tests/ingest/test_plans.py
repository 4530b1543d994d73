from pathlib import Path

import pytest

from ingest.errors import UsageError
from ingest.plans import plan_id, refused_generation, withheld_deletions


def test_a_plan_has_an_id_by_which_it_is_approved_until_it_is_forgotten(tmp_path: Path) -> None:
    plans = withheld_deletions(tmp_path)
    first, second = {"a": "1"}, {"a": "1", "b": "1"}
    plans.keep(first)
    assert plans.approved(plan_id(first)) == first
    plans.keep(second)
    with pytest.raises(UsageError, match=f"the last one is '{plan_id(second)}'"):
        plans.approved(plan_id(first))
    plans.keep({})
    with pytest.raises(UsageError, match="there is none"):
        plans.approved(plan_id(second))


@pytest.mark.parametrize("damaged", [b"{", b"[]", b'{"a": 1}', b"\xff"])
def test_a_damaged_plan_approves_nothing(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "withheld.json").write_bytes(damaged)
    assert withheld_deletions(tmp_path).plan() is None


def test_deletions_and_a_refused_generation_have_a_plan_each(tmp_path: Path) -> None:
    withheld_deletions(tmp_path).keep({"a": "1"})
    with pytest.raises(UsageError, match=r"there is none. Run without --promote-anyway"):
        refused_generation(tmp_path).approved(plan_id({"a": "1"}))
