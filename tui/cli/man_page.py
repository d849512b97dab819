"""The manual, made from the commands: ``python -m tui.cli.man_page > docs/man/streamtui.1``."""

import re
import sys
from collections.abc import Iterator
from importlib import import_module

import click

from tui.cli.known_commands import COMMANDS

BREAK = "\b"


def man_page() -> str:
    """In the language of troff, for man(1)."""
    from tui.cli.command_line import dashboard  # noqa: PLC0415 - it imports the commands' table

    lines = [
        ".\\\" Made by python -m tui.cli.man_page: change the commands' help, not this.",
        '.TH STREAMTUI 1 "" "streamtui" "User Commands"',
        ".SH NAME",
        "streamtui \\- runs an OpenAI Agents SDK agent in the terminal and shows its stream live",
        ".SH SYNOPSIS",
        ".B streamtui",
        "[\\fIOPTIONS\\fR] [\\fIAGENT\\fR]",
    ]
    for command in COMMANDS.values():
        lines += [".br", f".B streamtui {_text(command.usage)}"]
    lines += [".SH DESCRIPTION", *_paragraphs(dashboard.help or ""), ".SH OPTIONS"]
    lines += _options(dashboard)
    lines.append(".SH COMMANDS")
    for name, command in COMMANDS.items():
        made = getattr(import_module(f"tui.cli.commands.{command.module}"), name)
        lines += _command(f"streamtui {name}", made)
    lines += [
        ".SH ENVIRONMENT",
        *_entry("OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_DEFAULT_MODEL", "As in the SDK."),
        *_entry("STREAMTUI_SECTION_NAME", "A setting, such as STREAMTUI_TIMEOUTS_IDLE=90."),
        *_entry("STREAMTUI_TOKEN", "The token of a server, ours or another."),
        ".SH FILES",
        *_entry("~/.config/streamtui/config.toml", "The settings; streamtui config path."),
        *_entry("~/.local/share/streamtui/journal.db", "The stored sessions."),
    ]
    return "\n".join(lines) + "\n"


def _command(path: str, command: click.Command) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(click.Context(command, info_name=path)))
    yield f".SS {_text(path)}"
    yield f".B {_text(path)}"
    yield _text(usage)
    yield ".PP"
    yield from _paragraphs(command.help or "")
    yield from _options(command)
    if command.epilog:
        yield ".PP"
        yield from _paragraphs(command.epilog)
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _command(f"{path} {name}", command.commands[name])


def _options(command: click.Command) -> Iterator[str]:
    context = click.Context(command)
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None and record[1]:
            yield from _entry(*record)


def _entry(name: str, about: str) -> Iterator[str]:
    yield ".TP"
    yield f".B {_text(name)}"
    yield _text(about)


def _paragraphs(text: str) -> Iterator[str]:
    """Click's help: paragraphs, and blocks that stay as they are, which BREAK begins."""
    for number, part in enumerate(re.split(r"\n\s*\n|(?=\x08)", text.strip())):
        if number:
            yield ".PP"
        if part.startswith(BREAK):
            yield ".nf"
            yield from (
                _text(line.rstrip()) for line in part.lstrip(BREAK).strip("\n").splitlines()
            )
            yield ".fi"
        else:
            yield _text(" ".join(part.split()))


def _text(text: str) -> str:
    """Safe for troff: no line is a request, and hyphens can be copied."""
    safe = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe


if __name__ == "__main__":
    sys.stdout.write(man_page())
