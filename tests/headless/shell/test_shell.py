"""`streamtui run` in a shell: the table in docs/shell.md, each row in bash."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.headless.shell.rows import ROWS, Row
from tests.support.patience import PATIENCE

DOCUMENT = Path(__file__).parents[3] / "docs" / "shell.md"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.situation.replace("`", ""))
def test_a_situation(row: Row, folder: Path, environment: dict[str, str]) -> None:
    ended = subprocess.run(
        ["env", "--default-signal", "bash", "-c", row.script],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    out, err = ended.stdout.decode(), ended.stderr.decode()
    print(out[-2000:], err[-4000:], sep="\n--- stderr\n")
    assert ended.returncode == row.code
    assert row.out in (None, out)
    for words in row.err:
        assert words in err
    assert "Traceback" not in err
    assert "\x1b" not in out + err


def test_the_table_in_the_docs_is_this_table() -> None:
    listed = re.findall(r"^\| (.+?) \| (\d+) \|", DOCUMENT.read_text(), re.MULTILINE)
    assert [(situation.replace("\\|", "|"), int(code)) for situation, code in listed] == [
        (row.situation, row.code) for row in ROWS
    ]
