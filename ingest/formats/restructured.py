"""Turn reStructuredText into HTML, with what Sphinx adds to it understood well enough to be read.

This is the one module that knows docutils.
"""

import re
from collections.abc import Callable, Iterable
from typing import ClassVar

_ROLE = re.compile(r"(?<![\w`]):[a-zA-Z][\w:.+-]*:`([^`<]*?)\s*(?:<[^`>]*>)?`")
_DIRECTIVE = re.compile(r"^\s*\.\. ([a-zA-Z][\w:+.-]*)::", re.MULTILINE)
_DROPPED = ("toctree", "index", "highlight", "currentmodule", "meta", "image", "figure")
_SETTINGS = {
    "file_insertion_enabled": False,  # no other file is read
    "raw_enabled": False,
    "_disable_config": True,
    "embed_stylesheet": False,
    "syntax_highlight": "none",
    "doctitle_xform": False,  # a first heading is a heading as any other
    "report_level": 5,  # what is wrong with the mark-up is its writer's business
    "halt_level": 5,
}


def html(text: str) -> str:
    """Return the HTML of the text."""
    _know({found.lower() for found in _DIRECTIVE.findall(text)})
    from docutils.core import publish_parts

    # A role names what its text is, which a reader does not see.
    parts = publish_parts(_ROLE.sub(r"\1", text), writer="html5", settings_overrides=_SETTINGS)
    return f"<main>{parts['html_body']}</main>"


def _know(names: Iterable[str]) -> None:
    """Teach docutils the names that are not its own, such as Sphinx's: what they hold would be lost otherwise."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives
    from docutils.parsers.rst.languages import en

    class AnyOptions(dict[str, Callable[[str], str]]):
        """Lets a directive have any option, as nobody knows which it has."""

        def __missing__(self, name: str) -> Callable[[str], str]:
            return str

    class Box(Directive):
        """A part whose argument, if it has one, is shown above what it holds."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec: ClassVar[dict[str, Callable[[str], str]] | None] = AnyOptions({"class": str})

        def run(self) -> list[nodes.Node]:
            """Return what the part holds."""
            box = nodes.container()
            box += [nodes.paragraph(text=argument) for argument in self.arguments]
            self.state.nested_parse(self.content, self.content_offset, box)
            return [box]

    class Nothing(Box):
        """A part without text."""

        def run(self) -> list[nodes.Node]:
            """Return nothing."""
            return []

    for name in names:
        if name in _DROPPED:
            directives.register_directive(name, Nothing)
        elif name not in en.directives:
            directives.register_directive(name, Box)
