"""The command of the dashboard takes one AGENT: what is said of more words."""

from pathlib import Path

import click

from tui.cli.known_commands import (
    COMMANDS,
    is_elsewhere,
    is_module,
    meant_command,
    misspelt_command,
)
from tui.cli.startup.launching import no_command


class OneAgent(click.Command):
    """A command whose error for further words says what to write."""

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = super().parse_args(ctx, args)
        if words and not ctx.resilient_parsing:
            raise click.UsageError(_advice(ctx.params["agent"], words), ctx)
        return words


def _advice(first: str, others: list[str]) -> str:
    if is_elsewhere(first, Path()):
        return no_command(first, meant_command(first, first=True))
    for word in others:
        if word in COMMANDS:
            return f"{word} is a command: write streamtui {word} {first}"
    given = " ".join(others)
    if (command := misspelt_command(first)) and not is_module(first, Path()):
        return no_command(first, f"did you mean streamtui {command} {given}?")
    return (
        f"AGENT is {first!r}; what is {given!r}? Two agents: streamtui compare. "
        "A prompt: streamtui run AGENT PROMPT, or type it in the dashboard."
    )
