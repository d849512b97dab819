"""``--local FILE.gguf``: a model on this machine answers, in a process of its own."""

# ruff: noqa: PLC0415 - --help must not wait for any of it

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui.cli.startup.launching import SetUpError

if TYPE_CHECKING:
    from tui.cli.startup.launch_settings import AgentFlags
    from tui.core.config.settings import Config
    from tui.local_model.local_source import LocalModelSource
    from tui.local_model.model_process import ModelProcess

BAR = 30
"""Columns of the progress bar."""


class LocalModel(NamedTuple):
    """The options; without a file, there is none."""

    file: Path | None
    threads: int | None


def local_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that `local_taken` reads."""
    options = (
        click.option(
            "--local",
            "local_file",
            type=click.Path(path_type=Path),
            metavar="FILE.gguf",
            help="Load this model into llama.cpp, and use it (pip install 'streamtui[local]').",
        ),
        click.option(
            "--local-threads",
            type=click.IntRange(1),
            metavar="N",
            help="With --local: its threads; default: half of the processors.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def local_taken(given: dict[str, Any]) -> LocalModel:
    """Take the options out of those of a command. Raise `click.UsageError` or `SetUpError`."""
    local = LocalModel(given.pop("local_file"), given.pop("local_threads"))
    if local.file is None:
        if local.threads is not None:
            raise click.UsageError("--local-threads needs --local FILE.gguf.")
        return local
    for other in ("base_url", "profile"):
        if given.get(other) is not None:
            name = other.replace("_", "-")
            raise click.UsageError(f"Use --local or --{name}, not both.")
    from importlib.util import find_spec

    from tui.local_model.model_process import LocalModelError, check_model_file

    if find_spec("xllamacpp") is None:
        raise SetUpError("--local needs one more package: pip install 'streamtui[local]'")
    try:
        check_model_file(local.file)
    except LocalModelError as error:
        raise click.UsageError(f"--local: {error}") from error
    return local


def started_model(local: LocalModel) -> "ModelProcess | None":
    """It begins to load; None without the option."""
    if local.file is None:
        return None
    from tui.local_model.model_process import ModelProcess

    return ModelProcess(local.file, local.threads)


def with_local_model(config: "Config", process: "ModelProcess") -> "Config":
    """The settings of agents that ask the model, which is loaded."""
    from tui.core.config.profiles import with_profile
    from tui.core.config.settings import Profile

    profile = Profile(base_url=process.base_url, api="chat", model=process.name)
    return with_profile(config, "local", profile)


def local_source(
    process: "ModelProcess", flags: "AgentFlags", config: "Config"
) -> "LocalModelSource":
    """A worker that starts once the model is loaded."""
    from tui.cli.startup.launch_settings import local_worker, worker_settings
    from tui.local_model.local_source import LocalModelSource

    return LocalModelSource(
        process,
        lambda model: local_worker(worker_settings(flags, with_local_model(config, model))),
    )


def wait_for_model(process: "ModelProcess") -> None:
    """Until it is loaded, with a progress bar if stderr is a terminal. Raise `SetUpError`."""
    from tui.local_model.local_source import loaded_words
    from tui.local_model.model_process import LocalModelError

    shown = sys.stderr.isatty()

    def progress(share: float) -> None:
        if shown:
            full = round(share * BAR)
            bar = "█" * full + "░" * (BAR - full)
            click.echo(f"\rloading {process.name} {bar} {share:4.0%}", err=True, nl=False)

    try:
        process.wait(progress)
    except LocalModelError as error:
        raise SetUpError(str(error)) from error
    if shown:
        click.echo(f"\r\033[K{loaded_words(process)}", err=True)
