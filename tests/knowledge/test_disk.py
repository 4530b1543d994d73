from pathlib import Path

import pytest

from knowledge.disk import write_whole


def test_a_text_takes_a_files_place_and_leaves_nothing_beside(tmp_path: Path) -> None:
    for text in ("before\n", "標題\n"):
        write_whole(tmp_path / "plan.json", text)
        assert {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()} == {"plan.json": text}


def test_a_reader_who_has_the_old_file_open_reads_it_to_its_end(tmp_path: Path) -> None:
    write_whole(tmp_path / "plan.json", "before")
    with (tmp_path / "plan.json").open() as reader:
        write_whole(tmp_path / "plan.json", "after")
        assert reader.read() == "before"


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_text_that_not_everybody_may_read_never_could_be(tmp_path: Path, mode: int) -> None:
    write_whole(tmp_path / "keys.json", "secret", mode=mode)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 & ~mode == 0
