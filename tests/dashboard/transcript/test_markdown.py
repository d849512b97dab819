from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tui.dashboard.transcript.markdown import MAX_NESTING, block_tokens

# Rules, and text that they can be mistaken for or interrupt.
PARTS = (
    "-",
    "*",
    "_",
    "- ",
    "* ",
    "+ ",
    "> ",
    "1. ",
    " ",
    "\t",
    "    ",
    "a",
    "\n",
    "\n",
    "---",
    "=",
)
OWN = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})


def shape(tokens: list[Token]) -> list[tuple[str, list[int] | None, str, int]]:
    return [
        (token.type, token.map, token.content, token.level)
        for token in tokens
        if token.type != "inline" or token.content
    ]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
@example("- " * 80 + "a")
@example("- " * 80)
@example("a\n- - -\n* * *\n_ _ _ \t\n***")
@example("- a\n---\n- * * *\n    ---\n --\n")
def test_rules_are_those_that_the_parsers_own_rule_finds(text: str) -> None:
    assert shape(block_tokens(text)) == shape(OWN.parse(text))
