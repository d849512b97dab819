"""Answers a shell that completes a word of ``streamtui``."""

from importlib import import_module

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ShellComplete,
    get_completion_class,
)

from tui.cli.known_commands import COMMANDS, COMPLETES

PROGRAM = "streamtui"


class _Bash(BashComplete):
    """Offers commands and files side by side; click's own script drops the commands then."""

    source_template = """\
%(complete_func)s() {
    local IFS=$'\\n' completion type value files=
    for completion in $(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
            %(complete_var)s=bash_complete $1); do
        IFS=',' read type value <<< "$completion"
        case $type in
            dir) COMPREPLY=(); compopt -o dirnames ;;
            file) files=yes ;;
            plain) COMPREPLY+=($value) ;;
        esac
    done
    if [[ $files && ${#COMPREPLY[@]} -gt 0 ]]; then
        compopt -o filenames
        COMPREPLY+=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
    elif [[ $files ]]; then
        compopt -o default
    fi
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


def complete(instruction: str) -> int:
    """``instruction`` is ``bash_complete`` and the like; returns the exit code."""
    shell, _, asked = instruction.partition("_")
    kind = get_completion_class(shell)
    if kind is None or asked != "complete":
        return 1
    words = _for(kind, _dashboard())
    arguments, typed = words.get_completion_args()
    for item in completions(kind, arguments, typed):
        click.echo(words.format_completion(item))
    return 0


def completions(
    kind: type[ShellComplete], arguments: list[str], typed: str
) -> list[CompletionItem]:
    """``arguments`` are the whole words before the one that was ``typed`` so far."""
    if arguments and arguments[0] in COMMANDS:
        name, *rest = arguments
        module = import_module(f"tui.cli.commands.{COMMANDS[name].module}")
        return _for(kind, getattr(module, name)).get_completions(rest, typed)
    found = _for(kind, _dashboard()).get_completions(arguments, typed)
    if arguments or typed.startswith("-"):
        return found
    names = [
        CompletionItem(name, help=command.help)
        for name, command in COMMANDS.items()
        if name.startswith(typed)
    ]
    return [*names, *found]


def source(shell: str) -> str:
    """The script that teaches a shell to ask. Raise KeyError if there is none for it."""
    kind = _Bash if shell == _Bash.name else get_completion_class(shell)
    if kind is None:
        raise KeyError(shell)
    return _for(kind, _dashboard()).source()


def _for(kind: type[ShellComplete], command: click.Command) -> ShellComplete:
    return kind(command, {}, PROGRAM, COMPLETES)


def _dashboard() -> click.Command:
    from tui.cli.command_line import dashboard  # noqa: PLC0415 - it imports this module

    return dashboard
