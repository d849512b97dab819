"""Turns what is different between the columns of a comparison into plans of them."""

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec
from msgspec.structs import replace

from tui.cli.options.agent_reference import AgentReferenceError, check_reference
from tui.cli.startup.launch_settings import AgentFlags, local_worker, worker_settings
from tui.cli.startup.launching import key_missing, wrong_address
from tui.comparison.column_plan import FEWEST, MOST, ColumnPlan
from tui.core.config.checks import ConfigError
from tui.core.config.settings import Config
from tui.core.config.sources import PREFIX, load_config
from tui.journal.stored_figures import limits_of

STREAMED = ("stream=on,name=streamed", "stream=off,name=not streamed")
"""What ``--stream-or-not`` stands for."""

_SECTIONS = ("agent", "run", "timeouts", "retries")
"""Of the settings: those that change what an agent does."""

_SWITCHES = {"on": True, "true": True, "yes": True, "1": True,
             "off": False, "false": False, "no": False, "0": False}  # fmt: skip

_FLAGS = {
    field.name.replace("_", "-"): field
    for field in msgspec.structs.fields(AgentFlags)
    if field.name not in {"run_options", "tracing"}
}
"""By the name in a variant."""

Variant = Mapping[str, str]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What was given on the command line; () where nothing was."""

    agents: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    base_urls: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    flags: AgentFlags = AgentFlags()
    """Those that all columns have in common."""
    config_file: Path | None = None
    turn_timeout: float | None = None


def parsed_variant(text: str) -> Variant:
    """``stream=off,model=gpt-5-mini,name=small`` by name. Raise `click.UsageError`."""
    found: dict[str, str] = {}
    for part in text.split(","):
        name, separator, value = part.partition("=")
        name = name.strip().replace("_", "-") if "." not in name else name.strip()
        if not separator or not name or not value.strip():
            raise click.UsageError(
                f"--variant: {part.strip()!r} is not NAME=VALUE: write, for example, "
                "stream=off,name=whole"
            )
        if name in found:
            raise click.UsageError(f"--variant: {name} is given twice in {text!r}")
        found[name] = value.strip()
    return found


def plans_of(wanted: Wanted) -> tuple[ColumnPlan, ...]:
    """A plan for each combination of agents, models, servers and variants.

    Raise `click.UsageError`.
    """
    variants = [*map(parsed_variant, wanted.variants)] or [{}]
    every = [
        (replace(wanted.flags, agent=agent, model=model, base_url=base_url, profile=profile), one)
        for agent in wanted.agents or (None,)
        for model in wanted.models or (None,)
        for base_url in wanted.base_urls or (None,)
        for profile in wanted.profiles or (None,)
        for one in variants
    ]
    check_count(len(every))
    return labelled([_plan(wanted, *one) for one in every])


def check_count(columns: int) -> None:
    """Raise `click.UsageError` if a comparison cannot have so many."""
    if not FEWEST <= columns <= MOST:
        raise click.UsageError(
            f"A comparison has {FEWEST} to {MOST} columns, and this has {columns}: name two "
            "agents, or give --model, --base-url, --profile, --variant or --recording twice, or "
            "--stream-or-not."
        )


def labelled(plans: Sequence[ColumnPlan]) -> tuple[ColumnPlan, ...]:
    """The plans with labels that differ."""
    return tuple(
        replace(plan, label=label) for plan, label in zip(plans, _distinct(plans), strict=True)
    )


def _plan(wanted: Wanted, flags: AgentFlags, variant: Variant) -> ColumnPlan:
    """``flags`` are those of the column, apart from its variant, which overrides them."""
    agent = flags.agent
    given = {
        "agent": agent,
        "model": flags.model,
        "base-url": flags.base_url,
        "profile": flags.profile,
    }
    several = {
        "agent": len(wanted.agents) > 1,
        "model": len(wanted.models) > 1,
        "base-url": len(wanted.base_urls) > 1,
        "profile": len(wanted.profiles) > 1,
    }
    settings = {name: value for name, value in given.items() if value is not None and several[name]}
    settings |= {name: value for name, value in variant.items() if name != "name"}
    flags = _with_flags(flags, variant)
    _check(flags)
    try:
        config = load_config(
            wanted.config_file,
            {**os.environ, **_variables(variant)},
            profile=flags.profile,
            address_given=flags.base_url is not None,
        )
    except ConfigError as error:
        if flags.profile is not None:
            raise click.UsageError(f"--profile: {error}") from error
        # It begins with the variable's name, which nobody has written.
        raise click.UsageError(f"--variant: {str(error).partition(': ')[2]}") from error
    if flags.profile is not None and (missing := key_missing(config)):
        raise click.UsageError(missing)
    stream = _switch("stream", variant.get("stream", "on"))
    worker = worker_settings(flags, config)
    worker = replace(worker, stream=stream, turn_timeout=wanted.turn_timeout or worker.turn_timeout)
    # Defaults of the settings reach the SDK in the environment, which all columns share.
    if variant.get("agent.model"):
        worker = replace(worker, model=worker.model or variant["agent.model"])
    if variant.get("agent.base_url"):
        worker = replace(worker, base_url=worker.base_url or variant["agent.base_url"])
    return ColumnPlan(
        label=variant.get("name") or _label(settings) or _short("agent", agent or "demo"),
        worker_command=local_worker(worker),
        reference=flags.agent or "",
        settings=settings,
        stream=stream,
        thresholds=limits_of(config),
    )


def _with_flags(flags: AgentFlags, variant: Variant) -> AgentFlags:
    changes: dict[str, object] = {}
    for name, value in variant.items():
        if name in {"name", "stream"} or "." in name:
            continue
        if name not in _FLAGS:
            known = ", ".join(("name", "stream", *_FLAGS))
            raise click.UsageError(
                f"--variant: {name!r} is unknown: write one of {known}, or a setting such as "
                "retries.most"
            )
        field = _FLAGS[name]
        try:
            changes[field.name] = msgspec.convert(_value(name, value), field.type, strict=False)
        except msgspec.ValidationError as error:
            raise click.UsageError(f"--variant: {name}={value}: {error}") from error
    return replace(flags, **changes)


def _value(name: str, value: str) -> object:
    switches = {"think-tags", "auto-previous-response-id"}
    return _switch(name, value) if name in switches else value


def _switch(name: str, value: str) -> bool:
    if value.lower() not in _SWITCHES:
        raise click.UsageError(f"--variant: {name}={value}: write {name}=on or {name}=off")
    return _SWITCHES[value.lower()]


def _variables(variant: Variant) -> dict[str, str]:
    """Settings of a variant as the environment variables that they override."""
    found: dict[str, str] = {}
    for name, value in variant.items():
        section, dot, key = name.partition(".")
        if not dot:
            continue
        if section not in _SECTIONS:
            raise click.UsageError(
                f"--variant: {name}: only settings of {', '.join(_SECTIONS)} make a difference "
                "between columns"
            )
        known = getattr(Config(), section).__struct_fields__
        if key not in known:
            near = ", ".join(difflib.get_close_matches(key, known, 1)) or ", ".join(known)
            raise click.UsageError(f"--variant: {name} is not a setting; {section} has {near}")
        found[f"{PREFIX}{section}_{key}".upper()] = value
    return found


def _check(flags: AgentFlags) -> None:
    if flags.agent is not None:
        try:
            check_reference(flags.agent, Path.cwd())
        except AgentReferenceError as error:
            raise click.UsageError(f"AGENT: {error}") from error
    if flags.base_url is not None and flags.profile is not None:
        raise click.UsageError("Use --profile or --base-url, not both.")
    if flags.base_url is not None and (wrong := wrong_address(flags.base_url)):
        raise click.UsageError(f"--base-url: {wrong}")


def _label(settings: Mapping[str, str]) -> str:
    return " ".join(_short(name, value) for name, value in settings.items())


def _short(name: str, value: str) -> str:
    match name:
        case "agent":
            file, colon, attribute = value.partition(":")
            return f"{Path(file).name}{colon}{attribute}"
        case "model" | "profile":
            return value
        case "base-url":
            return urlsplit(value).netloc or value
        case _:
            return f"{name}={value}"


def _distinct(plans: Sequence[ColumnPlan]) -> Iterator[str]:
    """Labels, with a number from the second on where two are the same."""
    seen: dict[str, int] = {}
    for plan in plans:
        count = seen[plan.label] = seen.get(plan.label, 0) + 1
        yield plan.label if count == 1 else f"{plan.label} ({count})"
