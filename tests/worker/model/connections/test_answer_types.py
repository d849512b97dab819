"""The types of answers are built before the first answer comes."""

import subprocess
import sys

import pytest

from tests.support.patience import PATIENCE

SCRIPT = """
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import Response, ResponseCompletedEvent, ResponseOutputMessage
from tui.worker.model.connections.answer_types import build_types

types = {"chat": [ChatCompletionChunk], "responses": [Response, ResponseCompletedEvent,
         ResponseOutputMessage]}[API]
print([one.__pydantic_complete__ for one in types])
build_types(API)
print([one.__pydantic_complete__ for one in types])
"""


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_all_types_in_an_answer_are_built(api: str) -> None:
    script = f"API = {api!r}\n{SCRIPT}"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    before, after = found.stdout.splitlines()
    assert "True" not in before
    assert "False" not in after
