"""The provider in a process of its own, as benchmarks use it."""

import subprocess
import sys
from pathlib import Path

import aiohttp

from tests.support.patience import PATIENCE
from tests.support.provider.process import ProviderProcess
from tests.support.terminal import is_running

SCRIPT = """
from tests.support.provider import Answer, server_error

STEPS = [Answer(deltas=["a", "b", "c"]), server_error(503)]

def ROUTE(request):
    return Answer(request.last_user_text.upper())
"""


async def ask(base_url: str, text: str) -> tuple[int, str]:
    body = {"model": "m", "input": text, "stream": True}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{base_url}/responses", json=body) as response,
    ):
        return response.status, await response.text()


async def test_a_script_file_gives_the_steps_and_then_the_route(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    with ProviderProcess(script) as provider:
        first = await ask(provider.base_url, "hello")
        second = await ask(provider.base_url, "hello")
        third = await ask(provider.base_url, "hello")
        log = provider.log()
    assert first[0] == 200
    assert first[1].count('"type":"response.output_text.delta"') == 3
    assert second[0] == 503
    assert '"text":"HELLO"' in third[1]
    assert len(log.requests) == 3
    assert len(log.requests[0].delta_times) == 3
    assert log.requests[0].api == "responses"
    assert not is_running(provider.pid)


def test_the_process_ends_at_the_end_of_its_stdin_and_writes_its_port(tmp_path: Path) -> None:
    script, port_file = tmp_path / "script.py", tmp_path / "port"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "tests.support.provider", "--script", str(script)]
    done = subprocess.run(
        [*command, "--port-file", port_file],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=PATIENCE,
        cwd=Path(__file__).parents[2],
    )
    assert port_file.read_text() == done.stdout.decode().strip()
    assert done.stderr == b""
