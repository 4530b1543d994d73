from pathlib import Path

import pytest

from ingest.configuration import configured_sources
from ingest.errors import UsageError
from ingest.sources.kinds import FolderSource

_FOLDER = """
# what the site is made from
[[source]]
kind = "folder"
name = "handbook"
path = "articles"
"""


def _complaint(tmp_path: Path, text: str) -> str:
    file = tmp_path / "sources.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as raised:
        configured_sources(file, site="default")
    return str(raised.value).replace(str(tmp_path), "")


def test_a_path_begins_at_the_folder_of_the_file_and_an_audience_is_internal_unless_told(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(_FOLDER)
    (source,) = configured_sources(tmp_path / "sources.toml", site="default")
    assert isinstance(source, FolderSource)
    assert (source.name, source.path, source.audience) == ("handbook", tmp_path / "articles", "internal")


def test_a_site_has_its_own_sources(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(_FOLDER + 'site = "shop"\n' + _FOLDER.replace("handbook", "manual"))
    assert [source.name for source in configured_sources(tmp_path / "sources.toml", site="shop")] == ["handbook"]
    assert [source.name for source in configured_sources(tmp_path / "sources.toml", site="default")] == ["manual"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[source]\n", "/sources.toml is not TOML: Expected ']]' at the end of an array declaration (at line 1"),
        ("", "/sources.toml holds no list of sources. Begin each by [[source]]."),
        ("[source]\nkind = 'folder'\n", "/sources.toml holds no list of sources. Begin each by [[source]]."),
        ("[[sources]]\n", "/sources.toml, line 1: 'sources' is not known. Begin a source by [[source]]."),
        (
            _FOLDER + 'site = "shop"\n',
            "/sources.toml names no source of site 'default'. Write site = \"default\" below",
        ),
        (
            _FOLDER.replace("folder", "ftp"),
            "/sources.toml, line 4: kind is 'ftp'. Write one of 'folder', 'website', 'zendesk', ",
        ),
        (
            _FOLDER.replace('kind = "folder"', ""),
            "/sources.toml, line 3: kind is None. Write one of 'folder', 'website', 'zendesk', ",
        ),
        (_FOLDER.replace('path = "articles"', ""), "/sources.toml, line 3: path is missing. Write path = ... below"),
        (_FOLDER + 'audience = "all"\n', "/sources.toml, line 7: audience is 'all': Input should be 'public', "),
        (_FOLDER + 'title = "A"\n', "/sources.toml, line 7: title is not known. Known are audience, base_url, kind, "),
        (
            _FOLDER + 'base_url = "help.example.com"\n',
            "/sources.toml, line 7: base_url is 'help.example.com', which cannot be. The address, ending in `/`",
        ),
        (_FOLDER + _FOLDER, "/sources.toml, line 11: name is 'handbook' a second time. Give it another."),
        (
            _FOLDER + '[[source.rules]]\nfiles = "a/*"\n[[source.rules]]\nfiles = "b/*"\naudience = "staff"\n',
            "/sources.toml, line 11: audience is 'staff': Input should be",
        ),
        (
            _FOLDER + '[[source.rules]]\nfiles = "a/*"\naudience = "public"\n',
            "/sources.toml, line 3: the rule for 'a/*' says audience 'public', wider than the source's 'internal'",
        ),
    ],
)
def test_a_mistake_names_its_line_and_the_remedy(tmp_path: Path, text: str, complaint: str) -> None:
    assert _complaint(tmp_path, text).startswith(complaint)


def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    for kind, url in (("git", "https://user:word@git.test/a.git"), ("website", "https://user:word@help.test/")):
        told = _complaint(tmp_path, f'[[source]]\nkind = "{kind}"\nname = "a"\nurl = "{url}"\n')
        assert told.startswith("/sources.toml, line 4: url is 'https://…@")
        assert "word@" not in told
