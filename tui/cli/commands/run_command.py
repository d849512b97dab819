"""``streamtui run``: prompts through an agent without a screen."""

# ruff: noqa: PLC0415 - --help must not wait for any of it

import os
import sys
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli.commands.diff_command import stored_summary
from tui.cli.options.agent_options import agent_options
from tui.cli.options.remote_agent import (
    is_address,
    refuse_without_address,
    remote_options,
    remote_settings,
    remote_taken,
    secrets_of,
)
from tui.cli.options.share import Share
from tui.cli.startup.against import against_options, answering, taken
from tui.cli.startup.launching import SetUpError, agent_flags, load_settings
from tui.cli.startup.local_model import (
    local_options,
    local_taken,
    started_model,
    wait_for_model,
    with_local_model,
)
from tui.cli.startup.run_request import asked_in, check_session, thresholds_of

if TYPE_CHECKING:
    import subprocess

    from tui.cli.startup.launch_settings import AgentFlags
    from tui.cli.startup.run_request import Asked
    from tui.core.config.settings import Config
    from tui.headless.batch import BatchPlan
    from tui.remote.remote_settings import RemoteSettings

_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_EPILOG = """\b
Examples:
  streamtui run agent.py:agent "What is the weather?"
  echo "Summarise this." | streamtui run agent.py:agent -
  streamtui run agent.py:agent --prompts prompts.jsonl --repeat 5 --concurrency 8 --output json
  streamtui run agent.py:agent "What is on it?" --attach photo.jpg --attach notes.md
  streamtui run http://localhost:8000/agui "What is the weather?"
  streamtui run agent.py:agent --prompts prompts.txt --slo 'ttft p95 < 2s' --slo 'error_rate < 5%'
  streamtui run agent.py:agent --prompts prompts.txt --baseline old.json --regress 20%
  streamtui run agent.py:agent --prompts prompts.txt --against recording.jsonl
  streamtui run agent.py:agent --prompts prompts.txt --cache         # ask only what is new
\b
Exit codes:
  0 all runs ended well            70 a bug of streamtui
  1 a run failed                  129 the terminal was closed
  2 wrong usage, or no agent      130 interrupted with Ctrl+C
  3 a gate was not kept           141 nobody reads stdout any more
                                  143 terminated
"""


@click.command(epilog=_EPILOG)
@agent_options
@remote_options
@local_options
@click.argument("prompt", required=False)
@click.option(
    "--demo",
    is_flag=True,
    help="Run the built-in demo; the argument is its prompt. Without a key, a script answers.",
)
@click.option(
    "--prompts", type=_EXISTING_FILE, help="Run the prompts in FILE: .jsonl, .csv or one a line."
)
@click.option(
    "--attach",
    type=_EXISTING_FILE,
    multiple=True,
    metavar="FILE",
    help="Attach a picture, a PDF or a text file to every prompt. Can be repeated.",
)
@click.option(
    "--output",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    show_default=True,
    help="Answers, one summary at the end, or every event as it happens.",
)
@click.option(
    "--repeat", type=click.IntRange(1), default=1, metavar="N", help="Run every prompt N times."
)
@click.option(
    "--concurrency", type=click.IntRange(1), default=1, metavar="N", help="Run N prompts at once."
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Use N processes; by default one for each processor, and no more than run at once.",
)
@click.option(
    "--warmup",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="First run N prompts that are not counted and not stored.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="Cancel a run that takes longer.",
)
@click.option(
    "--approve",
    default="none",
    show_default=True,
    metavar="none|all|NAME,...",
    help="The tools that may run although they need approval.",
)
@against_options
@click.option("--no-stream", "whole", is_flag=True, help="Ask for whole answers, not streams.")
@click.option(
    "--slo",
    "gates",
    multiple=True,
    metavar="GATE",
    help="Fail unless this holds, as in 'ttft p95 < 2s'; may be repeated.",
)
@click.option(
    "--goodput", metavar="LIMITS", help="What a good answer is, as in 'ttft:2.0 tok/s:10'."
)
@click.option("--min-good", type=Share(most=1), help="Fail if a smaller share of answers is good.")
@click.option("--baseline", type=_EXISTING_FILE, help="Fail if worse than this summary.")
@click.option(
    "--regress",
    type=Share(),
    default="20%",
    show_default=True,
    help="How much worse than --baseline a median may be.",
)
@click.option("--out", type=_NEW_FILE, help="Write the summary to FILE as well.")
@click.option("--junit", type=_NEW_FILE, help="Write a JUnit report.")
@click.option("--csv", "table", type=_NEW_FILE, help="Write a table of the runs.")
@click.option("--session", metavar="ID", help="Continue this stored session.")
@click.option("--journal/--no-journal", "keep", default=True, help="Store the runs as sessions.")
def run(*, env_file: Path | None, config_file: Path | None, **given: Any) -> NoReturn:
    """Run PROMPT, or those of --prompts, through AGENT without a screen.

    "-" reads the prompt from standard input. The answer goes to stdout, everything else to stderr.
    """
    _open_closed_streams()
    code = _carried_out(given, env_file, config_file)
    _drop_what_nobody_reads()
    sys.exit(code)


def _open_closed_streams() -> None:
    """Give the numbers of standard streams that are closed to nothing, so that no file gets them.

    A closed stdout stays None: then there is nobody to run for.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if number != 1:
                setattr(sys, name, os.fdopen(opened, mode, closefd=False))


def _drop_what_nobody_reads() -> None:
    """Python writes the rest when it ends; where that fails, it makes the exit code 120."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _carried_out(given: dict[str, Any], env_file: Path | None, config_file: Path | None) -> int:
    own = {
        name: given.pop(name)
        for name in ("prompt", "demo", "prompts", "attach", "output", "repeat", "concurrency",
                     "workers", "warmup", "timeout", "approve", "whole", "gates", "goodput",
                     "min_good", "baseline", "regress", "out", "junit", "table", "keep", "session")
    }  # fmt: skip
    if own["demo"]:
        if own["prompt"] is not None:
            raise click.UsageError(
                "--demo takes only one argument, the prompt: "
                f"leave out {given['agent']!r}, or leave out --demo to run that agent."
            )
        own["prompt"], given["agent"] = given["agent"], None
    elif given["agent"] is None:
        raise click.UsageError("Name the AGENT to run, or use --demo.")
    against = taken(given)
    on_server = remote_taken(given)
    local = local_taken(given)
    baseline = None if own["baseline"] is None else stored_summary(own["baseline"])
    asked = asked_in(own, baseline)
    if local.file is not None and (is_address(given["agent"]) or against.recording is not None):
        raise click.UsageError("--local is for an agent on this machine that asks a model.")
    settings_of = flags = None
    if is_address(given["agent"]) and against.recording is None:
        settings_of = remote_settings(given, on_server)
        if own["whole"]:
            raise click.UsageError("--no-stream cannot be given for an agent on a server.")
    else:
        refuse_without_address(on_server)
        flags = agent_flags(given)
    config = load_settings(env_file, config_file, flags)
    if own["session"] is not None:
        check_session(own, keep=own["keep"] and config.journal.enabled)
    if settings_of is not None:
        return _run_on_server(own, asked, settings_of(config), config)
    say = partial(click.echo, err=True)
    assert flags is not None
    model = started_model(local)
    if model is not None:
        with closing(model):
            wait_for_model(model)
            return _run(own, asked, flags, with_local_model(config, model))
    with answering(against, flags, config, pace="at-once", tell=say) as served:
        return _run(own, asked, served, config)


def _run_on_server(
    own: dict[str, Any], asked: "Asked", settings: "RemoteSettings", config: "Config"
) -> int:
    from msgspec.structs import replace

    from tui.headless.batch import BatchPlan
    from tui.remote.remote_source import RemoteSource

    settings = replace(settings, turn_timeout=own["timeout"] or settings.turn_timeout)
    plan = BatchPlan(
        source=lambda: RemoteSource(settings),
        concurrency=own["concurrency"],
        workers=own["workers"] or 1,
        timeout=own["timeout"],
    )
    return _carry_out(own, asked, plan, config, agent=settings.url, secrets=secrets_of(settings))


def _run(own: dict[str, Any], asked: "Asked", flags: "AgentFlags", config: "Config") -> int:
    from msgspec.structs import replace

    from tui.cli.startup.launch_settings import local_worker, worker_settings

    settings = worker_settings(flags, config)
    settings = replace(
        settings,
        turn_timeout=own["timeout"] or settings.turn_timeout,
        stream=not own["whole"],
        # What is measured must not be the cache, unless that is asked for here.
        cache=settings.cache if flags.cache else None,
    )
    worker_command = local_worker(settings)
    # It loads the SDK, which takes longest, while what follows is imported here.
    started = _started(worker_command)
    from tui.headless.batch import BatchPlan

    plan = BatchPlan(
        worker_command=worker_command,
        started=started,
        concurrency=own["concurrency"],
        workers=own["workers"],
        timeout=own["timeout"],
    )
    return _carry_out(own, asked, plan, config, agent=flags.agent or "")


def _carry_out(
    own: dict[str, Any],
    asked: "Asked",
    plan: "BatchPlan",
    config: "Config",
    *,
    agent: str,
    secrets: tuple[str, ...] = (),
) -> int:
    from tui.cli.startup.launch_settings import journal_path, known_secrets
    from tui.headless.approval_policy import parsed
    from tui.headless.session import Order, carry_out
    from tui.journal.sessions import CANNOT_OPEN

    keep = own["keep"] and config.journal.enabled
    order = Order(
        plan=plan,
        prompts=asked.prompts,
        agent=agent,
        output=own["output"],
        repeat=own["repeat"],
        warm_ups=own["warmup"],
        approvals=parsed(own["approve"]),
        thresholds=thresholds_of(config, asked.limits),
        gates=tuple(asked.gates),
        min_good=own["min_good"],
        baseline=asked.baseline,
        regress=own["regress"],
        out=own["out"],
        junit=own["junit"],
        csv=own["table"],
        journal=journal_path(config) if keep else None,
        secrets=(*known_secrets(config), *secrets),
        session=own["session"],
    )
    try:
        return carry_out(order)
    except CANNOT_OPEN as error:
        raise SetUpError(str(error)) from error


def _started(worker_command: tuple[str, ...]) -> "subprocess.Popen[bytes] | None":
    """The first worker; None: why it cannot be started is found out again, and reported, later."""
    from tui.stream.worker_process import start_worker

    if sys.stdout is None:
        return None
    with suppress(OSError):
        return start_worker(worker_command)
    return None
