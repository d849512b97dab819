"""Other models and servers in a real terminal: found, listed, switched to."""

import re
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Provide, Provider
from tests.support.terminal import Terminal

AWAY = "http://127.0.0.1:9/v1"


def settings(home: Path, **servers: str) -> None:
    """Profiles with these addresses, in the user's file."""
    file = home / ".config" / "streamtui" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "".join(f'[profiles.{name}]\nbase_url = "{url}"\n' for name, url in servers.items())
    )


def test_model_lists_what_the_server_has_and_switches_the_server(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("from the first"), strict=True)
    with Provider(Answer("from the other")) as other:
        settings(tmp_path, ollama=other.base_url)
        terminal = launch(AGENT, provider=provider)
        terminal.type("hello\n")
        terminal.wait_for("from the first")
        terminal.wait_for("── idle")
        terminal.type("/model\n")
        terminal.wait_for("scripted")  # what the server lists
        terminal.wait_for(re.compile(r"ollama"))
        terminal.press("escape")
        terminal.wait_for(lambda screen: "ollama" not in "\n".join(screen))
        terminal.type("/model ollama\n")
        terminal.wait_for(f"scripted @ {other.base_url.split('/')[2]}")
        terminal.type("and now?\n")
        terminal.wait_for("from the other")
        said = str(other.requests[-1].body)
        assert "hello" in said
        assert "from the first" in said


def offered(terminal: Terminal) -> bool:
    """Whether a server was found in the short time that a start has for it."""
    terminal.wait_for("── idle")
    try:
        terminal.wait_for("Ollama is listening on", timeout=3.0)
    except TimeoutError:
        return False
    return True


def test_a_server_on_this_machine_is_offered_at_a_start_without_a_key(
    launch: Launch, tmp_path: Path
) -> None:
    with Provider(Answer("a local answer")) as server:
        settings(tmp_path, ollama=server.base_url, lmstudio=AWAY, llamacpp=AWAY, vllm=AWAY)
        # A busy machine may not answer in time: then the next start finds it.
        terminal = next(one for _ in range(9) if offered(one := launch(cols=160)))
        assert "/model ollama uses it" in terminal.text
        terminal.type("/model ollama\n")
        terminal.wait_for(f"@ {server.base_url.split('/')[2]}")
        terminal.type("hello\n")
        terminal.wait_for("a local answer")
