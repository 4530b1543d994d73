import pytest

from ingest.errors import SourceError
from ingest.front_matter import FrontMatter, split


def test_fields_and_body_come_apart() -> None:
    front_matter, body = split("---\ntitle: A: B\n---\n# Heading\n".replace("A: B", '"A: B"'))
    assert front_matter == FrontMatter(title="A: B")
    assert body == "# Heading\n"


def test_all_fields_are_read_and_others_left_alone() -> None:
    fields = "title: T\naudience: customer\nlocale: zh-Hant\nupdated: 2026-11-22\nurl: https://a.example/t\nlayout: x"
    assert split(f"---\n{fields}\n---\n")[0] == FrontMatter(
        title="T", audience="customer", locale="zh-Hant", updated="2026-11-22", url="https://a.example/t"
    )


@pytest.mark.parametrize(
    "text", ["no front matter", "", "--- not front matter ---\ntext", "text\n---\ntitle: T\n---\n", "---\nnever closed"]
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
        ("- a list", "front matter is ['a list']"),
        ("title: {a: 1}", "title is {'a': 1}"),
    ],
)
def test_a_wrong_field_is_named_with_its_value(fields: str, complaint: str) -> None:
    with pytest.raises(SourceError) as raised:
        split(f"---\n{fields}\n---\nbody")
    assert raised.value.reason == "bad_front_matter"
    assert complaint in raised.value.detail


def test_a_number_as_title_is_text() -> None:
    assert split("---\ntitle: 404\n---\n")[0].title == "404"
