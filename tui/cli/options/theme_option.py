"""The options ``--theme`` and ``--plain``: how a conversation is shown."""

# ruff: noqa: PLC0415 - click must not wait for Textual

from typing import TYPE_CHECKING

import click

from tui.cli.options.completed_values import themes

if TYPE_CHECKING:
    from tui.core.config.settings import AppOptions, Config
    from tui.stream.source import Source

theme_option = click.option(
    "--theme",
    metavar="NAME",
    help="Use these colours; /theme lists them. Default: what fits.",
    shell_complete=themes,
)


plain_option = click.option(
    "--plain", is_flag=True, help="Plain lines instead of a screen, for screen readers."
)


def with_plain(config: "Config", *, plain: bool) -> "Config":
    """The settings with plain lines, if they were asked for."""
    if not plain:
        return config
    from msgspec.structs import replace

    return replace(config, display=replace(config.display, screen_reader=True))


def run_face(options: "AppOptions", source: "Source | None" = None) -> int:
    """The dashboard, or plain lines; returns the exit code."""
    if options.config.display.screen_reader:
        from tui.headless.plain.plain_dialogue import run_plain

        return run_plain(options, source)
    from tui.dashboard.app import run

    return run(options, source)


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
