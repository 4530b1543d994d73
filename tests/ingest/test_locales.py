from collections import Counter
from pathlib import Path

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


_LOGIN_GOV = Path(__file__).parents[3] / "shared" / "data" / "kb-logingov" / "content"


@pytest.mark.skipif(not _LOGIN_GOV.is_dir(), reason="the help centre in four languages is not on this machine")
def test_a_real_help_centre_in_four_languages_is_told_apart() -> None:
    found = Counter(locale_in(file.relative_to(_LOGIN_GOV).as_posix()) for file in _LOGIN_GOV.rglob("*.md"))
    assert found == {"en": 55, "es": 55, "fr": 55, "zh": 55}
