"""Every row of the table has a test."""

import re
from pathlib import Path

from tests.faults.spec import SPECS

HERE = Path(__file__).parent


def test_every_row_has_a_test() -> None:
    texts = [path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py")]
    found = [re.findall(r"^def test_(\d\d)_", text, re.MULTILINE) for text in texts]
    rows = {int(row) for rows in found for row in rows}
    assert rows == set(SPECS) == set(range(1, 63))
