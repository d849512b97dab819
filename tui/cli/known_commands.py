"""The commands, by the first word of the command line. Nothing of them is imported here."""

import difflib
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tui.cli.options.agent_reference import FORMS

COMPLETES = "_STREAMTUI_COMPLETE"
"""The variable in which a shell asks for completions."""


class Command(NamedTuple):
    module: str
    """Has a click command of the same name as the word."""
    usage: str
    help: str


COMMANDS = {
    "run": Command(
        "run_command", "run AGENT", "run prompts without a screen, measure, check limits"
    ),
    "serve": Command("serve_command", "serve [AGENT]", "serve an agent over HTTP"),
    "compare": Command(
        "compare_command", "compare AGENT...", "two to four agents, models or variants side by side"
    ),
    "replay": Command(
        "replay_command", "replay SESSION", "play a stored session or a file of events again"
    ),
    "diff": Command("diff_command", "diff A B", "compare two summaries or recordings"),
    "worker": Command(
        "worker_command", "worker [AGENT]", "run an agent for a remote dashboard (--worker-command)"
    ),
    "doctor": Command(
        "doctor_command", "doctor [AGENT]", "what works here, what does not, how to mend it"
    ),
    "config": Command("config_command", "config", "show, make and edit the settings"),
    "completion": Command(
        "completion_command", "completion SHELL", "what bash, zsh or fish needs to complete words"
    ),
    "sessions": Command(
        "sessions_command", "sessions", "list, search, export and delete stored sessions"
    ),
    "cache": Command(
        "cache_command", "cache stats|clear", "what the cache of answers holds and saved; empty it"
    ),
    "stats": Command(
        "stats_command", "stats", "latency, speed, errors and cost over stored sessions"
    ),
}
"""By the first word of the command line. Each module is imported when its command runs."""

_ELSEWHERE: Mapping[str, str] = {
    "help": "streamtui --help",
    "version": "streamtui --version",
    "chat": "streamtui AGENT",
    "start": "streamtui AGENT",
    "dev": "streamtui AGENT",
    "new": "streamtui AGENT",
    "tui": "streamtui AGENT",
    "demo": "streamtui",
    "init": "streamtui config init",
    "settings": "streamtui config show",
    "models": "/model, in the dashboard",
    "resume": "streamtui --continue",
    "continue": "streamtui --continue",
    "list": "streamtui sessions list",
    "ls": "streamtui sessions list",
    "history": "streamtui sessions list",
    "export": "streamtui sessions export",
    "search": "streamtui sessions search",
    "exec": "streamtui run AGENT PROMPT",
    "ask": "streamtui run AGENT PROMPT",
    "prompt": "streamtui run AGENT PROMPT",
    "eval": "streamtui run AGENT --prompts FILE",
    "test": "streamtui run AGENT --prompts FILE",
    "bench": "streamtui run AGENT --repeat N",
    "web": "streamtui serve AGENT",
    "api": "streamtui serve AGENT",
    "auth": "streamtui doctor, which checks the key",
    "login": "streamtui doctor, which checks the key",
    "keys": "streamtui doctor, which checks the key",
    "log": "streamtui --debug",
    "logs": "streamtui --debug",
    "debug": "streamtui --debug",
    "mcp": "/agent, in the dashboard: it lists the agent's MCP servers",
    "update": "uv tool upgrade streamtui, or pipx upgrade streamtui",
    "upgrade": "uv tool upgrade streamtui, or pipx upgrade streamtui",
}
"""What commands of other programs are here."""


def is_elsewhere(word: str, folder: Path) -> bool:
    """Whether the first word is a command of other programs, and no module of the folder's."""
    return word in _ELSEWHERE and not is_module(word, folder)


def is_module(word: str, folder: Path) -> bool:
    """Whether the folder has a module of this name."""
    return (folder / word).is_dir() or (folder / f"{word}.py").is_file()


def misspelt_command(word: str) -> str:
    """The command that this word nearly is; "" if it is near none."""
    if not word.isidentifier():
        return ""
    return next(iter(difflib.get_close_matches(word.lower(), COMMANDS, 1, 0.75)), "")


def meant_command(word: str, *, first: bool) -> str:
    """What to write if AGENT is a command in the wrong place, or a misspelt one; "" if it is none.

    ``first``: it was the first word of the command line.
    """
    if word in COMMANDS and not first:
        return f"{word} is a command: write streamtui {word} first, and its options after it"
    if word in _ELSEWHERE:
        return f"did you mean {_ELSEWHERE[word]}?"
    if " " in word:
        return f"did you mean streamtui run AGENT {shlex.quote(word)}?"
    if close := misspelt_command(word):
        return f"did you mean streamtui {close}?"
    if not word.isidentifier():
        return ""
    return f"streamtui --help lists the commands, and AGENT is {FORMS}" if first else ""
