"""Draw the panel's logo, a speech bubble with a tick in it, as a PNG of any size."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_Field = NDArray[np.float64]
_ACCENT, _WHITE = (15, 118, 110), (255, 255, 255)
_TICK = ((0.37, 0.46), (0.46, 0.55), (0.64, 0.36))  # its corners, in parts of the side
_TAIL = ((0.34, 0.62), (0.34, 0.82), (0.54, 0.66))


def logo(side: int) -> bytes:
    """Return the logo as a PNG with so many pixels a side."""
    centres = (np.arange(side) + 0.5) / side
    x, y = np.meshgrid(centres, centres)
    square = _rounded(x, y, left=0.0, top=0.0, right=1.0, bottom=1.0, radius=0.2)
    bubble = np.minimum(_rounded(x, y, left=0.2, top=0.2, right=0.8, bottom=0.7, radius=0.12), _triangle(x, y))
    tick = np.minimum(*(_stroke(x, y, *ends, width=0.035) for ends in (_TICK[:2], _TICK[1:])))
    inside = [np.clip(0.5 - distance * side, 0.0, 1.0)[..., None] for distance in (square, bubble, tick)]
    colour = np.array(_ACCENT) * (1 - inside[1]) + np.array(_WHITE) * inside[1]
    colour = colour * (1 - inside[2]) + np.array(_ACCENT) * inside[2]
    pixels = np.concatenate([colour, inside[0] * 255], axis=2).round().astype(np.uint8)
    return _png(pixels, side)


def _rounded(x: _Field, y: _Field, *, left: float, top: float, right: float, bottom: float, radius: float) -> _Field:
    """Return how far each point is outside a rectangle with round corners; less than 0 inside."""
    across = np.abs(x - (left + right) / 2) - (right - left) / 2 + radius
    down = np.abs(y - (top + bottom) / 2) - (bottom - top) / 2 + radius
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    return outside + np.minimum(np.maximum(across, down), 0) - radius


def _triangle(x: _Field, y: _Field) -> _Field:
    """Return how far each point is outside the bubble's tail, which hangs below it."""
    sides: list[_Field] = []
    for (x1, y1), (x2, y2) in zip(_TAIL, (*_TAIL[1:], _TAIL[0]), strict=True):
        length = float(np.hypot(x2 - x1, y2 - y1))
        sides.append(((x - x1) * (y1 - y2) + (y - y1) * (x2 - x1)) / length)
    return np.maximum(np.maximum(sides[0], sides[1]), sides[2])


def _stroke(x: _Field, y: _Field, start: tuple[float, float], end: tuple[float, float], *, width: float) -> _Field:
    """Return how far each point is outside a line with round ends."""
    (x1, y1), (x2, y2) = start, end
    along = np.clip(((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2), 0, 1)
    return np.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1)) - width


def _png(pixels: NDArray[np.uint8], side: int) -> bytes:
    rows = np.concatenate([np.zeros((side, 1), np.uint8), pixels.reshape(side, side * 4)], axis=1)
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)  # eight bits of red, green, blue and opacity
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
