from pathlib import Path

import httpx
import pytest

from tests.running import running, settings_for

pytestmark = pytest.mark.slow  # it serves an index


def test_the_front_page_lists_the_articles_and_holds_the_widget(extractive_url: str) -> None:
    page = httpx.get(extractive_url)
    assert page.text.count("<li lang=") >= 30
    assert (
        f'&lt;script async src="{extractive_url}/static/widget/widget.js"&gt;&lt;/script&gt;'.replace('"', "&quot;")
        in page.text
    )
    assert "no language model is connected" in page.text
    assert "require-trusted-types-for 'script'" in page.headers["content-security-policy"]


def test_before_the_first_reindex_it_says_what_to_run(tmp_path: Path) -> None:
    with running(settings_for(), tmp_path) as url:
        assert "python -m ingest run PATH" in httpx.get(url).text


@pytest.mark.parametrize("path", ["/static/home.css", "/static/home.js", "/static/source.css"])
def test_what_the_pages_load_is_there(extractive_url: str, path: str) -> None:
    assert httpx.get(f"{extractive_url}{path}").status_code == 200
