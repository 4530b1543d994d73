"""Turn spreadsheets into readings: an Excel file's visible cells, sheet by sheet, and a CSV file's rows.

This is the one module that knows openpyxl.
"""

import csv
import datetime
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from ingest.errors import SourceError
from ingest.formats.package import whole
from ingest.formats.reading import Piece, Reading, sensible_title, table

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_REMEDY = "open it in Excel and save it as a workbook (.xlsx)"
_DELIMITERS = ",;\t|"
_SAMPLE = 20_000  # characters that tell which delimiter a CSV file has
_CURRENCY = re.compile(r"[$€£¥₩₹]")
_DECIMALS = re.compile(r"0\.(0+)")

_Grid = dict[int, dict[int, str]]  # rows, of columns, that hold something


def reading(content: bytes) -> Reading:
    """Return what a workbook shows. Hidden sheets, and cells in hidden rows and columns, are left out and counted."""
    import openpyxl

    pieces: list[Piece] = []
    hidden = 0
    with whole(content, kind="Excel file", remedy=_REMEDY), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is not understood of styles and validation
        workbook = openpyxl.load_workbook(BytesIO(content), data_only=True, keep_links=False)
        for sheet in workbook.worksheets:
            if sheet.sheet_state != "visible":
                hidden += 1
                continue
            grid, unseen = _grid(sheet)
            hidden += unseen
            if grid:
                pieces += [Piece("heading", " ".join(sheet.title.split()), depth=1), *_grid_pieces(grid)]
        title, modified = sensible_title(workbook.properties.title), workbook.properties.modified
    return Reading(tuple(pieces), title=title, updated=modified.date().isoformat() if modified else "", hidden=hidden)


def comma_separated(text: str) -> Reading:
    """Return what a CSV file holds: a table whose first row is its header."""
    try:
        delimiter = max(_DELIMITERS, key=lambda each: _fit(text[:_SAMPLE], delimiter=each))
        rows = [[cell.strip() for cell in row] for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise SourceError("damaged", f"{error}; save it as CSV from a spreadsheet program") from error
    grid = {number: {column: cell for column, cell in enumerate(row) if cell} for number, row in enumerate(rows)}
    # A row without a cell ends no table here: a table is all that the format can hold.
    filled = {number: row for number, row in enumerate(row for row in grid.values() if row)}
    return Reading(tuple(_block_pieces(list(filled.values()))), title="")


def _fit(sample: str, *, delimiter: str) -> int:
    """Return in how many rows the delimiter makes as many columns as in most; 0 when it makes only one."""
    widths = Counter(len(row) for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter) if row)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return count if width > 1 else 0


def _grid(sheet: "Worksheet") -> tuple[_Grid, int]:
    """Return the sheet's cells that are shown, and the number of those that are not."""
    hidden_rows = {row for row, dimension in sheet.row_dimensions.items() if dimension.hidden}
    hidden_columns = {
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for column in range(dimension.min or 0, (dimension.max or 0) + 1)
    }
    grid: _Grid = {}
    hidden = 0
    # The cells that there are: walking over all up to the last one would take a sheet's 17 billion.
    for (row, column), cell in sorted(sheet._cells.items()):
        text = _shown(cell)
        if not text:
            continue
        if row in hidden_rows or column in hidden_columns:
            hidden += 1
            continue
        grid.setdefault(row, {})[column] = text
    return grid, hidden


def _shown(cell: "Cell | MergedCell") -> str:
    """Return a cell's value as the sheet shows it, near enough: with its currency and its per cent."""
    value, form = cell.value, cell.number_format or ""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return " ".join(str(value).split())
    decimals = _DECIMALS.search(form)
    shown_value = value * 100 if "%" in form else value
    number = f"{shown_value:,.{len(decimals[1])}f}" if decimals else f"{shown_value:.15g}"
    currency = _CURRENCY.search(form)
    return f"{currency[0] if currency else ''}{number}{'%' if '%' in form else ''}"


def _grid_pieces(grid: _Grid) -> Iterator[Piece]:
    """Yield the pieces of a sheet: an empty row ends a table."""
    block: list[dict[int, str]] = []
    last = 0
    for number, row in sorted(grid.items()):
        if block and number > last + 1:
            yield from _block_pieces(block)
            block = []
        block.append(row)
        last = number
    yield from _block_pieces(block)


def _block_pieces(block: Sequence[dict[int, str]]) -> Iterator[Piece]:
    """Yield a block of rows as a table; lone cells above it, or in a single column, are text."""
    rest = list(block)
    while rest and len(rest[0]) == 1 and (len(rest) == 1 or max(map(len, block)) == 1 or rest[0] is block[0]):
        yield Piece("text", next(iter(rest.pop(0).values())))
    if rest:
        columns = sorted({column for row in rest for column in row})
        yield table([row.get(column, "") for column in columns] for row in rest)
