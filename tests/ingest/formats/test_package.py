import io
import zipfile

import pytest

from ingest.errors import SourceError
from ingest.formats.package import whole, xml


def _refusal(content: bytes) -> SourceError:
    with pytest.raises(SourceError) as raised, whole(content, kind="Word file", remedy="save it anew"):
        pass
    return raised.value


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_what_unpacks_to_far_more_is_refused_before_it_is_unpacked() -> None:
    error = _refusal(_zip({f"{number}": bytes(50_000_000) for number in range(5)}))
    assert (error.reason, error.detail) == (
        "too_large",
        "it unpacks to 250 MB; split it, or leave out its pictures",
    )


def test_too_many_parts_are_refused() -> None:
    assert _refusal(_zip({str(number): b"" for number in range(10_001)})).detail == "it holds 10001 parts; split it"


def test_a_part_that_lies_about_its_size_is_damaged() -> None:
    honest = _zip({"a": bytes(1_000_000)})
    lying = honest.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(SourceError, match="damaged"), whole(lying, kind="Word file", remedy="save") as archive:
        archive.read("a")


def test_a_part_with_a_password_is_encrypted() -> None:
    locked = bytearray(_zip({"a": b"x"}))
    locked[6] |= 1  # in the part's own header
    locked[locked.index(b"PK\x01\x02") + 8] |= 1  # and in the list of parts
    assert _refusal(bytes(locked)).reason == "encrypted"


def test_entities_are_neither_expanded_nor_fetched() -> None:
    hostile = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yes">]><a>&x;&y;</a>'
    assert (xml(hostile).text or "") == ""
