"""``streamtui doctor``: what works here, what does not, and how to mend it."""

# ruff: noqa: PLC0415 - --help must not wait for any of it

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli.options.agent_options import agent_options
from tui.cli.startup.launching import agent_flags, load_settings

if TYPE_CHECKING:
    from tui.cli.doctor.endpoint_checks import Endpoint
    from tui.cli.doctor.finding import Finding
    from tui.cli.startup.launch_settings import AgentFlags
    from tui.core.config.settings import Config
    from tui.protocol.events import AgentLoaded

AREAS = ("terminal", "agent", "endpoint", "data")

_EPILOG = """\b
Examples:
  streamtui doctor                                  the terminal, the endpoint, the data folder
  streamtui doctor agent.py:agent --yes             the agent too, and a small call of its model
  streamtui doctor --profile ollama --only endpoint
  streamtui doctor agent.py --json > report.json
\b
Exit codes: 0 nothing has failed, 1 something has, 2 wrong usage.
"""


@click.command(epilog=_EPILOG)
@agent_options
@click.option("--yes", is_flag=True, help="Make the small call of the model without asking.")
@click.option("--no-call", is_flag=True, help="Make no call of the model.")
@click.option(
    "--only", type=click.Choice(AREAS), multiple=True, help="Check only this; can be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(
    *, yes: bool, no_call: bool, only: tuple[str, ...], as_json: bool,
    env_file: Path | None, config_file: Path | None, **given: Any,
) -> NoReturn:  # fmt: skip
    """Check the terminal, AGENT, the endpoint of its model and the data folder.

    Each finding says how to mend it. The small call of the model costs some tokens: it is made only
    after you confirm, or with --yes.
    """
    if yes and no_call:
        raise click.UsageError("Use --yes or --no-call, not both.")
    flags = agent_flags(given)
    # A key that is not there is a finding here, and no end of the program.
    config = load_settings(env_file, config_file, flags, needs_key=False)
    from tui.cli.doctor.finding import is_well, shown

    found: list[Finding] = []
    for finding in _findings(flags, config, only or AREAS, _call_allowed(yes, no_call, as_json)):
        found.append(finding)
        if not as_json:
            for line in shown(found)[_lines_before(found) :]:
                click.echo(line)
    if as_json:
        import msgspec

        click.echo(
            msgspec.json.format(
                msgspec.json.encode({"schema": "streamtui.doctor/1", "ok": is_well(found),
                                     "findings": found}),
                indent=2,
            ).decode()
        )  # fmt: skip
    sys.exit(0 if is_well(found) else 1)


def _lines_before(found: "list[Finding]") -> int:
    from tui.cli.doctor.finding import shown

    return len(shown(found[:-1]))


def _findings(
    flags: "AgentFlags", config: "Config", areas: tuple[str, ...], allowed: "Allowed"
) -> "Iterator[Finding]":
    from tui.cli.startup.launch_settings import journal_path, worker_settings

    if "terminal" in areas:
        from tui.cli.doctor.terminal_checks import check_terminal

        yield from check_terminal(os.environ)
    agent = None
    if flags.agent is not None and {"agent", "endpoint"} & {*areas}:
        from tui.cli.doctor.agent_checks import check_agent, load_agent

        loaded = load_agent(worker_settings(flags, config))
        agent = loaded.agent
        if "agent" in areas:
            yield from check_agent(loaded)
    if "endpoint" in areas:
        yield from _endpoint(flags, config, agent, allowed)
    if "data" in areas:
        from tui.cli.doctor.data_checks import check_data

        yield from check_data(journal_path(config), enabled=config.journal.enabled)


def _endpoint(
    flags: "AgentFlags", config: "Config", agent: "AgentLoaded | None", allowed: "Allowed"
) -> "Iterator[Finding]":
    from tui.cli.doctor.call_check import check_call
    from tui.cli.doctor.endpoint_checks import check_endpoint
    from tui.cli.doctor.finding import Finding, is_well

    endpoint = endpoint_asked(flags, config, agent)
    found = []
    for finding in check_endpoint(endpoint):
        found.append(finding)
        yield finding
    if not is_well(found):
        return
    if allowed(endpoint.model):
        yield from check_call(endpoint)
    else:
        yield Finding(
            area="endpoint", check="call", status="skipped", text="no call was made",
            mend="--yes makes a small one: does it stream, report its tokens, how fast is it?",
        )  # fmt: skip


def endpoint_asked(
    flags: "AgentFlags", config: "Config", agent: "AgentLoaded | None"
) -> "Endpoint":
    """What the agent would ask, as far as options, settings and the loaded agent say it."""
    from urllib.parse import urlsplit

    from tui.cli.doctor.endpoint_checks import Endpoint

    settings = config.agent
    official = "https://api.openai.com/v1"
    base_url = flags.base_url or settings.base_url or os.environ.get("OPENAI_BASE_URL") or official
    in_profile = settings.profile is not None and flags.base_url is None
    api = flags.api or settings.api or "responses"
    model = flags.model or settings.model or os.environ.get("OPENAI_DEFAULT_MODEL", "")
    if agent is not None:
        model = flags.model or (settings.model if in_profile else None) or agent.model or model
        api = agent.api or api
        if agent.host and agent.host != urlsplit(base_url).netloc:
            local = agent.host.startswith(("127.0.0.1", "localhost"))
            base_url = f"{'http' if local else 'https'}://{agent.host}/v1"
    name = settings.key_env or ("" if in_profile else "OPENAI_API_KEY")
    key = os.environ.get(name, "").strip() if name else ""
    if not key and base_url != official and not settings.key_env:
        name = ""  # as in the worker: other servers may need none
    return Endpoint(base_url, api, model, key, name)


class Allowed:
    """Whether the call may be made; asks once."""

    def __init__(self, answer: bool | None) -> None:
        self._answer = answer

    def __call__(self, model: str) -> bool:
        if self._answer is None:
            self._answer = click.confirm(
                f"  ? Make one small call of {model or 'the model'} (up to 400 tokens)?",
                default=True,
            )
        return self._answer


def _call_allowed(yes: bool, no_call: bool, as_json: bool) -> Allowed:
    if yes or no_call:
        return Allowed(yes)
    asks = not as_json and sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    return Allowed(None if asks else False)
