"""Markdown for property tests: any text, and lines that mean something to each other."""

from hypothesis import strategies as st

_LINES = [
    "# head", "text words here and more of them", "> quote", "> - in a quote", "> ```",
    "- item",
    "  - nested", "    - deep", "      deeper text", "1. num", "2) other", "   continued",
    "", "", "",
    "```", "```py", "~~~", "    code", "| a | b |", "|---|---|", "| c | **d** `e` |", "---", "===",
    "[x]: /url", "[^1]: foot", "see [x] and [^1]", "<div>", "<!--", "-->", "<b>hi</b>", "* star",
    "+ plus", "\tx", "a | b", "- | -", ">", "-", "1.", "long word " * 30, "x" * 150, "**bold",
    "`code", "\\", "- [ ] task", "- ```", "  ```", "  | a | b |", "  |---|---|", "10. ten",
    "![i](http://x/y)", "<http://a.b>", "[l](javascript:x)",
    "中文字符，很多很多。" * 5,  # noqa: RUF001 - Chinese has its own comma
    "👩‍👩‍👧 e\u0301 हिन्दी ไทย", "&amp; &#x1b;", "a  ", "b\\",
]  # fmt: skip

_lines = st.lists(st.sampled_from(_LINES), max_size=14).map("\n".join)

markdown = st.one_of(
    _lines,
    _lines.map(lambda text: text + "\n"),
    st.text(max_size=200),
    st.text(alphabet="ab *_`[]()#>-|\n1.~!<&\\ \t:^", max_size=120),
    st.tuples(_lines, st.text(max_size=30), _lines).map("\n".join),
)
