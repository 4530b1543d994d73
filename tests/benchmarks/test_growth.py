from pathlib import Path

import pytest

from tests.benchmarks.growth import measure


@pytest.mark.slow  # it builds an index
def test_a_rebuild_from_stored_vectors_embeds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure(200, tmp_path)  # asserts it
    assert capsys.readouterr().out.startswith("200 passages: ")
