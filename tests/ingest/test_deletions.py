from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.deletions import allowed, refuse_missing
from ingest.errors import DeletionsWithheld
from ingest.served import Served

_names = st.sets(st.integers(0, 200), max_size=200).map(lambda numbers: {f"kb/{n % 3}/{n}.md" for n in numbers})


def _versions(locations: Collection[str]) -> dict[str, str]:
    return dict.fromkeys(locations, "1")


def _kb(count: int) -> dict[str, str]:
    return _versions([f"kb/{number}.md" for number in range(count)])


@given(stay=_names, gone=_names)
def test_much_is_never_deleted_unasked_and_little_is_never_held_back(stay: set[str], gone: set[str]) -> None:
    served = _versions(stay | gone)
    gone -= stay
    deletions = allowed(gone, served=served, approved=None)
    assert set(deletions.made) | set(deletions.withheld) == gone
    assert not deletions.made or not deletions.withheld
    is_much = len(gone) > 10 and len(gone) > len(served) / 10
    assert bool(deletions.withheld) == bool(gone and (is_much or not stay))


@given(gone=_names, named=_names, newer=_names)
def test_an_approval_is_a_ceiling(gone: set[str], named: set[str], newer: set[str]) -> None:
    served = _versions(gone) | dict.fromkeys(gone & newer, "2")
    deletions = allowed(gone, served=served, approved=_versions(named))
    assert set(deletions.made) == (gone & named) - newer
    assert set(deletions.withheld) == gone - set(deletions.made)


@pytest.mark.parametrize(("gone", "held"), [(10, False), (11, True)])
def test_of_a_small_help_centre_ten_may_go(gone: int, held: bool) -> None:
    served = _kb(30)
    assert bool(allowed(list(served)[:gone], served=served, approved=None).withheld) == held


@pytest.mark.parametrize(("gone", "held"), [(100, False), (101, True)])
def test_of_a_large_one_a_tenth_may_go(gone: int, held: bool) -> None:
    served = _kb(1_000)
    assert bool(allowed(list(served)[:gone], served=served, approved=None).withheld) == held


def test_a_folder_that_was_emptied_is_held_back_though_it_was_small() -> None:
    served = _kb(500) | _versions(["faq/a.md", "faq/b.md"])
    assert allowed(["faq/a.md", "faq/b.md"], served=served, approved=None).withheld == ("faq/a.md", "faq/b.md")
    assert allowed(["faq/a.md"], served=served, approved=None).made == ("faq/a.md",)


def test_a_source_that_served_and_is_missing_stops_the_run(tmp_path: Path) -> None:
    served = Served(None, None, {"kb/a.md": "1"})
    with pytest.raises(DeletionsWithheld, match="1 documents of it serve"):
        refuse_missing([("kb", tmp_path / "kb")], served=served, sentinel="")
    refuse_missing([("mistyped", tmp_path / "mistyped")], served=served, sentinel="")  # whoever reads it tells
    (tmp_path / "kb").mkdir()
    refuse_missing([("kb", tmp_path / "kb")], served=served, sentinel="")


def test_a_folder_without_its_sentinel_stops_the_run(tmp_path: Path) -> None:
    served = Served(None, None, {})
    with pytest.raises(DeletionsWithheld, match=r"does not hold '\.mounted'"):
        refuse_missing([("kb", tmp_path)], served=served, sentinel=".mounted")
    (tmp_path / ".mounted").touch()
    refuse_missing([("kb", tmp_path)], served=served, sentinel=".mounted")
