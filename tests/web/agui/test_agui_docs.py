"""The examples of docs/agui.md work."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.provider import Answer, Provider
from tests.web.conftest import Serve

DOCS = Path(__file__).parents[3] / "docs" / "agui.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_curl_example_streams_an_answer(serve: Serve) -> None:
    found = re.search(r"^    (curl .*?)\n\n", DOCS.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None
    with Provider(Answer("Hi there.")) as provider:
        service = serve(provider=provider)
        command = found[1].replace("http://127.0.0.1:8765", service.url)
        done = subprocess.run(
            ["sh", "-c", command],
            env={"PATH": os.environ["PATH"], "TOKEN": str(service.token), "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
    assert '"type":"RUN_STARTED"' in done.stdout
    assert '"type":"TEXT_MESSAGE_CONTENT"' in done.stdout
    assert '"outcome":{"type":"success"}' in done.stdout
