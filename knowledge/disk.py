"""Turn what is written into what a power cut or a full disk leaves whole, or as it was."""

import os
from pathlib import Path


def write_whole(file: Path, text: str, *, mode: int = 0o666) -> None:
    """Put a text in a file's place: every reader finds the old one or the new one. `mode` is less the umask."""
    beside = file.with_suffix(".next")
    beside.touch(mode=mode)
    beside.write_text(text, encoding="utf-8")
    sync_one(beside)
    beside.replace(file)


def sync(folder: Path) -> None:
    """Force everything below a folder onto the disk."""
    for path in [*folder.rglob("*"), folder]:
        sync_one(path)


def sync_one(path: Path) -> None:
    """Force one file, or a folder's list of names, onto the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
