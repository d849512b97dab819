"""``--against RECORDING``: a recording answers instead of a model."""

# ruff: noqa: PLC0415 - --help must not wait for any of it

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui.cli.options.completed_values import session_or_file
from tui.cli.startup.launching import SetUpError

if TYPE_CHECKING:
    from tui.cli.startup.launch_settings import AgentFlags
    from tui.core.config.settings import Config
    from tui.recorded_provider.provider_words import Pace, ProviderReport

KEY = "no-key-is-needed-against-a-recording"
"""What is sent instead of a key."""


class Against(NamedTuple):
    """The options; without a recording, the others mean nothing."""

    recording: str | None
    pace: "Pace | None"
    with_errors: bool
    on_miss: str | None


def against_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that `taken` reads."""
    options = (
        click.option(
            "--against",
            metavar="RECORDING",
            shell_complete=session_or_file,
            help="Let a stored session or a .jsonl file answer instead of a model.",
        ),
        click.option(
            "--pace",
            type=click.Choice(["recorded", "at-once"]),
            help="With --against: how fast it answers.",
        ),
        click.option(
            "--with-errors", is_flag=True, help="With --against: also play the recorded failures."
        ),
        click.option(
            "--on-miss",
            type=click.Choice(["fail", "nearest"]),
            help="With --against: what to do with a request that was not recorded.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def taken(given: dict[str, Any]) -> Against:
    """Take the options out of those of a command. Raise `click.UsageError`."""
    against = Against(
        given.pop("against"), given.pop("pace"), given.pop("with_errors"), given.pop("on_miss")
    )
    if against.recording is None and any(against[1:]):
        raise click.UsageError("--pace, --with-errors and --on-miss need --against RECORDING.")
    if against.recording is not None and given.get("base_url") is not None:
        raise click.UsageError("Use --against or --base-url, not both.")
    return against


@contextmanager
def answering(
    against: Against,
    flags: "AgentFlags",
    config: "Config",
    *,
    pace: "Pace",
    tell: Callable[[str], object],
) -> "Iterator[AgentFlags]":
    """Run the recording's provider; yields the flags of an agent that asks it.

    ``pace`` is used where the user names none; ``tell`` gets lines about it at the end.
    Raise `SetUpError`.
    """
    if against.recording is None:
        yield flags
        return
    if flags.agent is None:
        raise click.UsageError("Name the AGENT to run --against: the demo has no model to replace.")
    from msgspec.structs import replace

    from tui.cli.startup.launch_settings import journal_path
    from tui.recorded_provider.provider_process import RecordedProvider, RecordedProviderError
    from tui.recorded_provider.provider_words import ProviderOrder

    order = ProviderOrder(
        recording=against.recording,
        journal=str(journal_path(config)),
        pace=against.pace or pace,
        with_errors=against.with_errors,
        nearest=against.on_miss == "nearest",
    )
    try:
        provider = RecordedProvider(order)
    except RecordedProviderError as error:
        raise SetUpError(f"--against {against.recording}: {error}") from error
    with closing(provider):
        ready = provider.ready
        # Also for clients that the agent's own code makes.
        os.environ["OPENAI_BASE_URL"] = provider.base_url
        os.environ["OPENAI_API_KEY"] = KEY
        only = ready.models[0] if len(ready.models) == 1 else None
        official = ready.host == "api.openai.com"
        yield replace(
            flags,
            base_url=provider.base_url,
            recorded=True,
            model=flags.model or only,
            # What the recorded host was is not to be seen from the address of this one.
            think_tags=False if official and flags.think_tags is None else flags.think_tags,
        )
    for line in _lines(provider.report):
        tell(line)


def _lines(report: "ProviderReport") -> Iterator[str]:
    for kind, count in report.left_out.items():
        items = f"{count} {kind}" + ("s" if count > 1 else "")
        yield f"left out of recorded answers: {items}, which Chat Completions does not have"
    for difference in report.near:
        yield f"answered like the nearest recorded request: {difference}"
