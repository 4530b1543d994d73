"""Make small PDFs of a few lines, as a printer's program would."""

from collections.abc import Sequence
from typing import NamedTuple


class Text(NamedTuple):
    """A line of a page; lengths in points from the page's lower left."""

    text: str
    y: float
    x: float = 72
    size: float = 10


def pdf(*pages: Sequence[Text], info: str = "", trailer: str = "") -> bytes:
    """Return a PDF with these pages in Helvetica; `info` holds its properties as PDF writes them."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
        "/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >> >>",
    ]
    for index, lines in enumerate(pages):
        drawn = "\n".join(_drawn(line) for line in lines)
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * index} 0 R >>"
        )
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}\nendstream")
    objects.append(f"<< {info} >>")
    return _file(objects, trailer=trailer)


def encrypted_pdf() -> bytes:
    """Return a PDF that no empty password opens."""
    key = "<< /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >>".format("5a" * 32)
    return pdf([Text("Secret.", 700)], trailer=f"/Encrypt {key} /ID [<00> <00>]")


def _drawn(line: Text) -> str:
    escaped = line.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 {line.size} Tf {line.x} {line.y} Td ({escaped}) Tj ET"


def _file(objects: Sequence[str], *, trailer: str) -> bytes:
    content, places = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R {trailer} >>\nstartxref\n{len(content)}\n%%EOF\n"
    return content + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()
