from pathlib import Path

import pytest

from knowledge.errors import HiddenUnreadable
from knowledge.hidden import Hidden


def test_what_is_hidden_is_known_to_every_reader_at_once(tmp_path: Path) -> None:
    hidden, elsewhere = Hidden(tmp_path, "default"), Hidden(tmp_path, "default")
    assert elsewhere.sources() == {}
    hidden.hide("1", source="kb/a.md")
    hidden.hide("2", source="kb/b.md")
    assert elsewhere.sources() == {"1": "kb/a.md", "2": "kb/b.md"}
    elsewhere.unhide("1")
    assert hidden.sources() == {"2": "kb/b.md"}
    assert Hidden(tmp_path, "other").sources() == {}


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"1": null}', b"\xff"])
def test_a_damaged_list_is_not_taken_for_an_empty_one(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "default.json").write_bytes(damaged)
    with pytest.raises(HiddenUnreadable, match=r"default\.json cannot be read"):
        Hidden(tmp_path, "default").sources()
