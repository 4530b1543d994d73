import datetime
import io

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ingest.errors import SourceError
from ingest.formats.reading import Piece
from ingest.formats.sheets import comma_separated, reading


def _saved(workbook: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _workbook() -> tuple[openpyxl.Workbook, Worksheet]:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Prices"
    return workbook, sheet


def _pieces(workbook: openpyxl.Workbook) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in reading(_saved(workbook)).pieces]


def test_tables_stand_under_their_sheet_and_keep_their_header_row() -> None:
    workbook, sheet = _workbook()
    for row in (["Our plans"], ["Plan", "Price"], ["Free", 0], [], ["Note"], [], ["a", "b"], [None, "d"]):
        sheet.append(row)
    workbook.create_sheet("Empty")
    assert _pieces(workbook) == [
        ("heading", "Prices"),
        ("text", "Our plans"),
        ("table", "Plan | Price\nFree | 0"),
        ("text", "Note"),
        ("table", "a | b\n | d"),
    ]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.155, "0.0%", "15.5%"),
        (1999.5, '"$"#,##0.00', "$1,999.50"),
        (0.1 + 0.2, "General", "0.3"),
        (12, "General", "12"),
        (True, "General", "True"),
        (datetime.datetime(2026, 11, 2), "yyyy-mm-dd", "2026-11-02"),
        (datetime.datetime(2026, 11, 2, 9, 30), "yyyy-mm-dd hh:mm", "2026-11-02 09:30"),
    ],
)
def test_a_value_is_read_as_it_is_shown(value: float | datetime.datetime, form: str, shown: str) -> None:
    workbook, sheet = _workbook()
    sheet["A1"] = value
    sheet["A1"].number_format = form
    assert _pieces(workbook) == [("heading", "Prices"), ("text", shown)]


def test_what_is_hidden_is_left_out_and_counted() -> None:
    workbook, sheet = _workbook()
    for row in (["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    workbook.create_sheet("Secret").sheet_state = "hidden"
    found = reading(_saved(workbook))
    assert [piece.text for piece in found.pieces] == ["Prices", "a | c", "g | i"]
    assert found.hidden == 6  # five cells and a sheet


def test_a_cell_in_the_farthest_corner_costs_no_more_than_itself() -> None:
    workbook, sheet = _workbook()
    sheet["A1"], sheet["XFD1048576"] = "first", "last"
    assert _pieces(workbook) == [("heading", "Prices"), ("text", "first"), ("text", "last")]


def test_half_a_file_is_damaged() -> None:
    with pytest.raises(SourceError, match="damaged: it is not a complete Excel file"):
        reading(_saved(_workbook()[0])[:-100])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_rows_of_a_csv_file_are_a_table(delimiter: str) -> None:
    text = f'Plan{delimiter}"Price, a\nmonth"\r\nFree{delimiter}0\r\n\r\nPro{delimiter}5\r\n'
    assert comma_separated(text).pieces == (Piece("table", "Plan | Price, a month\nFree | 0\nPro | 5"),)


def test_a_single_column_is_text() -> None:
    assert comma_separated("One\nTwo\n").pieces == (Piece("text", "One"), Piece("text", "Two"))


def test_a_field_without_an_end_is_damaged() -> None:
    with pytest.raises(SourceError, match="damaged: field larger than field limit"):
        comma_separated('a,"' + "x" * 200_000)
