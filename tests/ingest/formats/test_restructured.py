from pathlib import Path

from lxml.html import document_fromstring

from ingest.formats.restructured import html


def _text(markup: str) -> str:
    return " ".join(str(document_fromstring(html(markup)).xpath("string()")).split())


def test_roles_are_read_as_their_text_and_boxes_as_what_they_hold() -> None:
    assert _text("See :ref:`the page <other>`.\n\n.. versionadded:: 2.0\n   New.\n") == "See the page. 2.0 New."
    assert _text(".. tab-item:: macOS\n   :sync: mac\n\n   Run it.\n") == "macOS Run it."


def test_what_is_no_text_is_left_out() -> None:
    assert _text("Text.\n\n.. toctree::\n   :maxdepth: 2\n\n   a\n\n.. image:: a.png\n") == "Text."


def test_no_other_file_and_no_raw_html_is_let_in(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    for directive in ("include", "literalinclude", "csv-table"):
        option = "\n   :file: " if directive == "csv-table" else " "
        assert "secret" not in _text(f"Text.\n\n.. {directive}::{option}{tmp_path / 'secret.txt'}\n").replace(
            "secret.txt", ""
        )
    assert "<script" not in html("Text.\n\n.. raw:: html\n\n   <script>x</script>\n")
