"""``streamtui config``: shows, makes and opens the settings file."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from tui.cli.options.agent_options import profile_option
from tui.cli.startup.launching import SetUpError, key_missing
from tui.core.config.checks import ConfigError
from tui.core.config.commented_file import commented_file, toml
from tui.core.config.origins import DEFAULT, Shown, origins
from tui.core.config.profiles import key_values
from tui.core.config.sources import default_path, load_config
from tui.core.sanitize.secrets import Masker, secret_values
from tui.dashboard.commands.key_settings import key_problem

_EPILOG = """\b
Examples:
  streamtui config show                  every setting, and where it comes from
  streamtui config show --changed        those that are not the default
  streamtui config show --profile groq   as they are with this profile
  streamtui config init                  write a commented file, unless there is one
  streamtui config edit                  open it in $VISUAL or $EDITOR, and check it afterwards
  streamtui config path
"""


_UNSET = {
    ("agent", "think_tags"): "true, but false for api.openai.com",
    ("agent", "max_turns"): "run.max_turns counts",
    ("run", "max_turns"): "10, or what the agent brings along",
    ("display", "theme"): "what fits the terminal",
}
"""What counts where these settings are not set."""


def _use(context: click.Context, _: click.Parameter, given: Path | None) -> None:
    if given is not None:
        context.obj = given


_file_option = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    expose_value=False,
    callback=_use,
    help="Use this settings file.",
)
"""Of each command, too: it may stand before and after its name."""


@click.group(epilog=_EPILOG)
@click.option(
    "--config",
    "config_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Use this settings file.",
)
@click.pass_context
def config(context: click.Context, config_file: Path | None) -> None:
    """Show, make and edit the settings."""
    context.obj = config_file or default_path()


@config.command()
@_file_option
@profile_option
@click.option("--model", metavar="NAME", help="As with this option.")
@click.option("--base-url", metavar="URL", help="As with this option.")
@click.option("--api", type=click.Choice(["responses", "chat"]), help="As with this option.")
@click.option("--changed", is_flag=True, help="Show only settings that differ from the default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(
    path: Path, /, *, profile: str | None, changed: bool, as_json: bool, **given: str | None
) -> None:
    """Show every setting with its value, and where it comes from."""
    options = {"agent": {name: value for name, value in given.items() if value is not None}}
    try:
        merged = load_config(
            path if path != default_path() or path.exists() else None,
            os.environ,
            options,
            key_problem,
            profile=profile,
            address_given=given["base_url"] is not None,
        )
        named = {"profile": profile} if profile is not None else {}
        found = list(origins(merged, path, os.environ, {"agent": {**options["agent"], **named}}))
    except ConfigError as error:
        raise SetUpError(str(error)) from error
    if changed:
        found = [one for one in found if one.origin != DEFAULT]
    masker = Masker((*secret_values(os.environ), *key_values(merged, os.environ)))
    if as_json:
        click.echo(masker.mask(msgspec.json.format(msgspec.json.encode(found)).decode()))
        return
    for line in _lines(found):
        click.echo(masker.mask(line))
    if not found:
        click.echo("Every setting has its default.", err=True)
    if missing := key_missing(merged):
        click.echo(f"\n{missing}", err=True)


@config.command()
@_file_option
@click.pass_obj
def init(path: Path) -> None:
    """Write a settings file in which everything is commented out; never overwrite one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(commented_file())
    except FileExistsError as error:
        raise SetUpError(f"{path} is there already: streamtui config edit opens it.") from error
    except OSError as error:
        raise SetUpError(f"{path}: {error.strerror or error}") from error
    click.echo(path)


@config.command("path")
@_file_option
@click.pass_obj
def show_path(path: Path) -> None:
    """Print the path of the settings file."""
    click.echo(path)
    if not path.exists():
        click.echo("It is not there yet: streamtui config init writes it.", err=True)


@config.command()
@_file_option
@click.pass_context
def edit(context: click.Context) -> None:
    """Open the settings file in $VISUAL or $EDITOR, and check it afterwards."""
    path: Path = context.obj
    if not path.exists():
        context.invoke(init)
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode  # noqa: S603
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SetUpError(f"{editor}: {why}. Set EDITOR to an editor that is there.") from error
    if code:
        sys.exit(code)
    try:
        load_config(path, os.environ, key_problem=key_problem)
    except ConfigError as error:
        raise SetUpError(
            f"{error}\nNothing is lost: streamtui config edit opens it again."
        ) from error


def _lines(found: list[Shown]) -> list[str]:
    """As in the file, by section, with the origins in a column."""
    lines: list[str] = []
    section = ""
    rows = [(one, f"{_name(one.name)} = {_value(one.value)}") for one in found]
    width = min(max((len(text) for _, text in rows), default=0), 48)
    for one, text in rows:
        if one.section != section:
            section = one.section
            lines += ([""] if lines else []) + [f"[{section}]"]
        instead = _UNSET.get((one.section, one.name), "") if one.value is None else ""
        lines.append(f"{text:<{width}}  # {one.origin}" + (f": {instead}" if instead else ""))
    return lines


def _name(name: str) -> str:
    plain = name.replace("_", "").replace("-", "").isalnum() and name.isascii()
    return name if plain else toml(name)


def _value(value: Any) -> str:
    if value is None:
        return "(not set)"
    if isinstance(value, dict):
        value = {name: held for name, held in value.items() if held not in (None, {})}
    return toml(value)
