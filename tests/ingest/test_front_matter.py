import pytest

from ingest.errors import SourceError
from ingest.front_matter import FrontMatter, label, split


def test_fields_and_body_come_apart() -> None:
    front_matter, body = split("---\ntitle: A: B\n---\n# Heading\n".replace("A: B", '"A: B"'))
    assert front_matter == FrontMatter(title="A: B")
    assert body == "# Heading\n"


def test_all_fields_are_read_and_others_left_alone() -> None:
    fields = "title: T\naudience: customer\nlocale: zh-Hant\nproduct: Lamp\nupdated: 2026-11-22\nlayout: x\n"
    fields += "url: https://a.example/t"
    assert split(f"---\n{fields}\n---\n")[0] == FrontMatter(
        title="T",
        audience="customer",
        locale="zh-Hant",
        updated="2026-11-22",
        url="https://a.example/t",
        product="Lamp",
    )


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        "",
        "--- not front matter ---\ntext",
        "text\n---\ntitle: T\n---\n",
        "---\nonly a rule",
        "---\na rule above\n---\nand below",
    ],
)
def test_a_text_without_front_matter_is_all_body(text: str) -> None:
    assert split(text) == (FrontMatter(), text)


@pytest.mark.parametrize(
    "text", ["---\n---\nbody", "---\r\ntitle:\r\n---\r\nbody", "\ufeff---\n# only a comment\n---\nbody"]
)
def test_empty_front_matter_is_fine(text: str) -> None:
    assert split(text) == (FrontMatter(), "body")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ("audience: everyone", "audience is 'everyone': Input should be 'public', 'customer' or 'internal'"),
        ("updated: last week", "updated is 'last week': Value error, Invalid isoformat string"),
        ("url: javascript:alert(1)", "url is 'javascript:alert(1)': Value error, an address begins with https://"),
        ("title: [", "not YAML"),
        ("title: {a: 1}", "title is {'a': 1}"),
        ("audience: internal\nAudience: public", "a field is given twice"),
        ("updated: 2024-13-45", "month must be in 1..12"),
        ('title: "half \\ud800"', "it holds half a character"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntitle: [*c, *c, *c, *c, *c, *c, *c]", "title is [[[["),
    ],
)
def test_a_wrong_field_is_named_with_its_value(fields: str, complaint: str) -> None:
    with pytest.raises(SourceError) as raised:
        split(f"---\n{fields}\n---\nbody")
    assert raised.value.reason == "bad_front_matter"
    assert complaint in raised.value.detail


def test_a_number_as_title_is_text() -> None:
    assert split("---\ntitle: 404\n---\n")[0].title == "404"


@pytest.mark.parametrize(
    "text",
    [
        "\n\n---\naudience: internal\n---\nbody",
        "---\raudience: internal\r---\rbody",
        "---\naudience: internal\n...\nbody",
        "---\nAudience: internal\n---\nbody",
    ],
)
def test_a_label_is_seen_however_it_is_written(text: str) -> None:
    assert split(text)[0].audience == "internal"


def test_front_matter_that_is_never_closed_is_refused() -> None:
    with pytest.raises(SourceError, match="never closed"):
        split("---\naudience: internal\n\nbody")


def test_control_characters_do_not_reach_a_title() -> None:
    assert split('---\ntitle: "a\\0b\\x1b[31m"\n---\n')[0].title == "a b [31m"


@pytest.mark.parametrize("content", [b"title: T", b"---\ntitle: T\n---\n", b"\xef\xbb\xbftitle: T\n"])
def test_fields_in_a_file_of_their_own_are_a_label(content: bytes) -> None:
    assert label(content) == FrontMatter(title="T")


@pytest.mark.parametrize("content", [b"\xff", b"audience: everyone", b"---\ntitle: T\n---\nand a text", b"only a text"])
def test_a_label_that_is_no_label_is_told(content: bytes) -> None:
    with pytest.raises(SourceError) as raised:
        label(content)
    assert raised.value.reason == "bad_front_matter"
