"""The table of attacks in docs/web.md says what is tried, and nothing else."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parents[1] / "docs" / "web.md"
ROWS = re.findall(r"^\| (.+?) \| (.+?) \| `(test_\w+)` \|$", DOCS.read_text("utf-8"), re.MULTILINE)
LEFT_OUT = {"test_a_stream_after_a_body_that_came_when_it_was_refused", "test_http_1_0"}
"""No attacks: what must go on working beside them."""


def names_in(*files: Path) -> set[str]:
    return {
        name
        for file in files
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }


def test_each_row_names_a_test_that_exists() -> None:
    assert len(ROWS) >= 30
    named = [test for _, _, test in ROWS]
    assert len(set(named)) == len(named)
    assert set(named) <= names_in(*TESTS.rglob("test_*.py"))


def test_each_attack_that_is_tried_has_a_row() -> None:
    tried = names_in(*TESTS.glob("attacks/test_*.py")) - names_in(Path(__file__)) - LEFT_OUT
    assert tried <= {test for _, _, test in ROWS}
