from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.quarantine import Quarantine


def test_what_is_kept_is_refused_with_its_reason(tmp_path: Path) -> None:
    Quarantine(tmp_path / "quarantine").add("key", "kb/a.pdf", SourceError("timeout", "too slow"))
    with pytest.raises(SourceError, match=r"timeout: too slow \(not tried again"):
        Quarantine(tmp_path / "quarantine").refuse("key")


def test_what_is_not_kept_or_was_cut_short_is_let_through(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"rea')
    Quarantine(tmp_path).refuse("cut")
    Quarantine(tmp_path).refuse("other")
    Quarantine(tmp_path / "nowhere").refuse("other")
