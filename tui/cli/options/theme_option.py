"""The option ``--theme``, of every command with a screen."""

# ruff: noqa: PLC0415 - click must not wait for Textual

from typing import TYPE_CHECKING

import click

from tui.cli.options.completed_values import themes

if TYPE_CHECKING:
    from tui.core.config.settings import Config

theme_option = click.option(
    "--theme",
    metavar="NAME",
    help="Use these colours; /theme lists them. Default: what fits.",
    shell_complete=themes,
)


def with_theme(config: "Config", theme: str | None) -> "Config":
    """The settings with that theme. Raise UsageError if there is none of that name."""
    if theme is None:
        return config
    from msgspec.structs import replace

    from tui.dashboard.terminal.theme_choice import theme_names

    if theme not in theme_names():
        names = ", ".join(theme_names())
        raise click.BadParameter(
            f"there is no theme {theme!r}; use one of {names}.", param_hint="--theme"
        )
    return replace(config, display=replace(config.display, theme=theme))
