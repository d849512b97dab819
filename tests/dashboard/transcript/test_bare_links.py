"""Addresses in a text without a mark around them."""

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.rules_core import linkify

from tui.dashboard.transcript.markdown import _parser, full_tokens

PARTS = [
    "http://a.b", "https://c.d/e_f*g*", "HTTP://X.Y", "ftp://x.y", "www.a.b", "me@a.b", "//a.b",
    "[text](http://a.b)", "[http://a.b](http://c.d)", "<http://a.b>", "`http://a.b`", "**http://a.b**",
    "<a href='http://a.b'>http://c.d</a>", "http:\\//a.b", "http&#58;//a.b", "http://", "://", " ",
    "\n", "\n\n", "- ", "(", ")", ".", "words",
]  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PARTS), max_size=8).map("".join))
def test_addresses_are_links_where_the_parsers_own_rule_finds_them(text: str) -> None:
    stock = _parser.__wrapped__(inline=True, links=True)
    stock.core.ruler.at("linkify", linkify)
    links = "://" in text.lower()
    wanted = stock.parse(text, {}) if links else full_tokens(text)
    assert [token.as_dict() for token in full_tokens(text)] == [t.as_dict() for t in wanted]
