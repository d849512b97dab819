"""The command line that continues a session."""

import pytest

from tui.cli.startup.way_back import command_again


@pytest.mark.parametrize(
    ("typed", "again"),
    [
        ([], "streamtui"),
        (
            ["my agent.py:a", "--base-url", "http://127.0.0.1:1/v1", "--model", "m"],
            "streamtui 'my agent.py:a' --base-url http://127.0.0.1:1/v1 --model m",
        ),
        (["a.py", "--session", "2026#3", "--debug"], "streamtui a.py --debug"),
        (["a.py", "--session=2026"], "streamtui a.py"),
        (["--continue", "a.py"], "streamtui a.py"),
        (
            ["http://h/agui", "--token", "secret", "--header=X: secret"],
            "streamtui http://h/agui --token ... --header ...",
        ),
    ],
)
def test_all_that_was_typed_but_the_session_and_what_is_secret(
    typed: list[str], again: str
) -> None:
    assert command_again(typed) == again
