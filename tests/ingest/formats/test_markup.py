from ingest.formats.markup import without_components, without_tags


def test_what_components_hold_stays_under_their_titles() -> None:
    mdx = """\
import { Tabs } from '@x/tabs'
export const meta = { a: 1 }

# Set up {/* later */}

<Note>
  Use **bold** <Icon name="x" /> words and `<Foo />`.
</Note>
<Tab
  title="macOS"
>
    - one
      - two

    ```jsx
    import x from 'y'
    <Thing>
    ```
</Tab>
"""
    assert [line for line in without_components(mdx).split("\n") if line.strip()] == [
        "# Set up ",
        "Use **bold**  words and `<Foo />`.",
        "**macOS**",
        "- one",
        "  - two",
        "```jsx",
        "import x from 'y'",
        "<Thing>",
        "```",
    ]


def test_tags_of_site_builders_are_left_out_but_not_from_code() -> None:
    text = "{% capture a %}\nText.{:.big}\n{% endcapture %}\n`{% raw %}`\n~~~\n{% if %}\n~~~\n{: .list}"
    assert without_tags(text) == "\nText.\n\n`{% raw %}`\n~~~\n{% if %}\n~~~\n"
