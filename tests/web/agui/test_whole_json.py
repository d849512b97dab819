"""Arguments that were cut off anywhere can be parsed."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tui.web.dialects.agui.whole_json import missing_end

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(VALUES, st.booleans(), st.data())
def test_any_beginning_of_json_is_completed(
    value: object, ascii_: bool, data: st.DataObject
) -> None:
    text = json.dumps({"value": value}, ensure_ascii=ascii_)
    cut = text[: data.draw(st.integers(1, len(text)))]
    whole = cut + missing_end(cut)
    assert whole.startswith(cut)
    json.loads(whole)


def test_nothing_is_added_to_what_is_whole_or_cannot_be() -> None:
    assert [missing_end(text) for text in ("", "{}", "not json", "}")] == ["", "", "", ""]
