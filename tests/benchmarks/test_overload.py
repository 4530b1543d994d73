import asyncio
import os
import shutil
from pathlib import Path

import pytest

from tests.benchmarks.overload import OFTEN, measure_abuser, measure_overload, served
from tests.support_bot.access.site import set_up

_IS_SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"  # noqa: TID251
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not _IS_SOAK, reason="it takes minutes: `make soak`")]

_SECONDS = 60.0


def test_of_four_times_what_can_be_answered_as_much_is_answered_and_staff_go_first(
    sample_data: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(sample_data, tmp_path / "data")
    site = set_up(data)
    with served(data, **OFTEN) as url:
        told, ratio = asyncio.run(measure_overload(url, site, seconds=_SECONDS))
    assert ratio >= 0.9
    assert told.kinds["visitor", "503"] > told.kinds["visitor", "answered"]
    assert told.kinds["agent", "answered"] > 0 == told.kinds["agent", "503"]


def test_an_abuser_costs_others_nothing_that_they_notice(sample_data: Path, tmp_path: Path) -> None:
    data = shutil.copytree(sample_data, tmp_path / "data")
    site = set_up(data)
    with served(data) as url:
        told, ratio = asyncio.run(measure_abuser(url, site, seconds=_SECONDS))
    assert ratio <= 1.2
    assert told.kinds["visitor", "429"] > told.kinds["visitor", "answered"]
