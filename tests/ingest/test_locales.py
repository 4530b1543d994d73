import pytest

from ingest.locales import locale_in


@pytest.mark.parametrize(
    ("location", "locale"),
    [
        ("kb/reset._es.md", "es"),
        ("kb/reset.fr.html", "fr"),
        ("kb/reset.zh-Hant.md", "zh-Hant"),
        ("kb/guide_pt-BR.pdf", "pt-BR"),
        ("kb/de/reset.md", "de"),
        ("kb/zh_TW/a/reset.md", "zh-TW"),
        ("kb/en/reset.de.md", "de"),
        ("kb/pt-br/faq.jsonl#7", "pt-BR"),
        ("kb/reset.it.md", "it"),
        # What only looks like one.
        ("kb/reset.md", ""),
        ("kb/sign_in.md", ""),
        ("kb/how-to.md", ""),
        ("kb/it/laptops.md", ""),
        ("kb/xy/reset.md", ""),
        ("kb/v1.2/reset.md", ""),
        ("de.md", ""),
    ],
)
def test_a_language_is_found_in_a_name_or_folder(location: str, locale: str) -> None:
    assert locale_in(location) == locale
