"""What every command that starts an agent does first: checks its options, reads the settings.

Only click is imported here, as in `command_line.py`.
"""

# ruff: noqa: PLC0415 - see above

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tui.cli.startup.launch_settings import AgentFlags
    from tui.core.config.settings import Config


class SetUpError(click.ClickException):
    """Something other than the arguments is wrong: the settings, a session, the terminal."""

    exit_code = 2


def agent_flags(given: dict[str, Any]) -> "AgentFlags":
    """The options of an agent, their references checked. Raise `click.UsageError`."""
    from tui.cli.options.agent_reference import AgentReferenceError, check_reference
    from tui.cli.startup.launch_settings import AgentFlags

    labels = {
        "agent": "AGENT", "context": "--context", "run_config": "--run-config",
        "run_options": "--run",
    }  # fmt: skip
    folder = _working_folder()
    _refuse_words_of_others(given["agent"], folder)
    for name, label in labels.items():
        if given[name] is not None:
            try:
                check_reference(given[name], folder, attribute_needed=name != "agent")
            except AgentReferenceError as error:
                if name == "agent" and (meant := _meant_command(given[name])):
                    raise click.UsageError(no_command(given[name], meant)) from error
                raise click.UsageError(f"{label}: {error}") from error
    if given["base_url"] is not None and (wrong := wrong_address(given["base_url"])):
        raise click.UsageError(f"--base-url: {wrong}")
    if given.get("profile") is not None and given["base_url"] is not None:
        raise click.UsageError("Use --profile or --base-url, not both.")
    if given.get("agent_name") is not None and given["agent"] is None:
        raise click.UsageError("--agent chooses among the agents of AGENT: name a file or module.")
    return AgentFlags(**given)


def _refuse_words_of_others(word: str | None, folder: Path) -> None:
    """Such a word may also be the name of an installed module, which nobody means."""
    from tui.cli.known_commands import is_elsewhere

    if word is not None and sys.argv[1:2] == [word] and is_elsewhere(word, folder):
        raise click.UsageError(no_command(word, _meant_command(word)))


def no_command(word: str, meant: str) -> str:
    """What is said of a word that is neither a command nor an agent."""
    return f"there is no command and no module {word!r}; {meant}"


def _meant_command(word: str) -> str:
    from tui.cli.known_commands import meant_command

    first = sys.argv[1:2] == [word]
    return meant_command(word, first=first)


def key_missing(config: "Config") -> str:
    """What to do if the key of the profile in use is not in the environment; "" if it is."""
    from tui.core.config.profiles import missing_key, profiles_of

    name = config.agent.profile
    return "" if name is None else missing_key(name, profiles_of(config)[name], os.environ)


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise SetUpError("The working folder no longer exists: cd to another.") from error


def wrong_address(url: str) -> str:
    """What is wrong with the address of a server, and what to write; "" if nothing is."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator:
        return f"{url!r} has no http:// or https://: write http://{url.strip()}"
    if scheme.lower() not in ("http", "https"):
        return f"{url!r} is not a web address: write http://{rest}"
    return "" if rest.strip("/") else f"{url!r} names no host: write http://HOST:PORT/v1"


def need_terminal(program: str = "streamtui", instead: str = "") -> None:
    """Raise `SetUpError` unless this is a terminal; ``instead``: what to use without one."""
    if os.environ.get("TEXTUAL_DRIVER", "").endswith(":BrowserDriver"):
        return  # the terminal is in a browser
    # Textual reads from the first of these and writes to the last.
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise SetUpError(
            f"{program} needs a terminal: run it without pipes or redirections{instead}."
        )
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise SetUpError(f"{program} needs a terminal with cursor control: set TERM{instead}.")


def load_settings(
    env_file: Path | None,
    config_file: Path | None,
    flags: "AgentFlags | None" = None,
    *,
    needs_key: bool = True,
) -> "Config":
    """The settings, and the variables of ``env_file`` and of the settings put into the environment.

    ``flags`` may name a profile, or a server in its place; ``needs_key``: the key of a profile that
    they name must be there. Raise `SetUpError`.
    """
    from tui.cli.startup.launch_settings import set_defaults
    from tui.core.config.checks import ConfigError
    from tui.core.config.sources import load_config
    from tui.dashboard.commands.key_settings import key_problem

    if env_file is not None:
        from dotenv import load_dotenv

        load_dotenv(env_file, override=False)
    try:
        config = load_config(
            config_file,
            os.environ,
            key_problem=key_problem,
            profile=flags.profile if flags is not None else None,
            address_given=flags is not None and flags.base_url is not None,
        )
    except ConfigError as error:
        raise SetUpError(str(error)) from error
    named = flags is not None and flags.profile is not None
    if needs_key and named and (missing := key_missing(config)):
        raise SetUpError(missing)
    if config.agent.base_url and (wrong := wrong_address(config.agent.base_url)):
        raise SetUpError(f"OPENAI_BASE_URL, or base_url in the settings' [agent]: {wrong}")
    set_defaults(os.environ, config)
    return config
