"""``streamtui completion SHELL``: the script that teaches a shell to complete words."""

import sys

import click

from tui.cli.completing import source

SHELLS = ("bash", "zsh", "fish")

_EPILOG = """\b
Once:
  bash  streamtui completion bash > ~/.local/share/bash-completion/completions/streamtui
  zsh   streamtui completion zsh > ~/.zfunc/_streamtui     (with fpath+=~/.zfunc before compinit)
  fish  streamtui completion fish > ~/.config/fish/completions/streamtui.fish
\b
Or for this shell only:
  bash  eval "$(streamtui completion bash)"
  zsh   eval "$(streamtui completion zsh)"
  fish  streamtui completion fish | source
"""


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what SHELL needs to complete commands, options, sessions, profiles and themes."""
    try:
        click.echo(source(shell))
    except RuntimeError as error:  # an old bash
        click.echo(error, err=True)
        sys.exit(2)
