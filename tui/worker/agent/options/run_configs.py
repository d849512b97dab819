"""The configuration of all runs: the user's `RunConfig`, and the few fields that must be ours."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, cast

from agents import RunConfig, ToolExecutionConfig

from tui.protocol.worker_settings import RunData, WorkerSettings
from tui.worker.agent.load_error import LoadError
from tui.worker.model.connections.model_provider import is_untouched, make_provider

_NAMES = ("workflow_name", "group_id", "trace_metadata")
"""Fields that are data, of the same name in `RunData`."""


def checked_config(value: object, place: str) -> RunConfig:
    """A RunConfig, or one made of a dict as the SDK makes it. Raise `LoadError`."""
    if isinstance(value, RunConfig):
        return value
    if not isinstance(value, Mapping):
        raise LoadError(
            f"{place} is a {type(value).__name__}, not a RunConfig.",
            "It must be a RunConfig, a dict of its fields, or a function that returns one.",
        )
    known = [field.name for field in fields(RunConfig)]
    unknown = [key for key in value if key not in known]
    if unknown:
        raise LoadError(
            f"{place} has an unknown key {unknown[0]!r}.", f"A RunConfig has: {', '.join(known)}."
        )
    try:
        return RunConfig(**value)
    except Exception as error:  # what its values raise has no common base
        raise LoadError(f"{place} is not a valid RunConfig: {error}") from error


def prepared(chosen: RunConfig, settings: WorkerSettings) -> tuple[RunConfig, list[str]]:
    """The configuration that runs use, and what to tell the user about it."""
    notices: list[str] = []
    if is_untouched(chosen):
        provider = make_provider(settings, chosen.model_provider)
        chosen = replace(chosen, model_provider=provider)
    elif settings.base_url is not None or settings.api is not None:
        notices.append(
            "--base-url and --api are not used: the RunConfig has its own model_provider"
        )
    if settings.model is not None:
        if chosen.model is not None:
            notices.append(f"--model {settings.model} is used instead of the RunConfig's model")
        chosen = replace(chosen, model=settings.model)
    chosen = _with_data(chosen, settings.run, settings.run_defaults)
    # Our own spans are where failures and guardrails are read; they stay in this process unless
    # they are uploaded, so they may hold everything.
    sensitive = chosen.trace_include_sensitive_data or not exports_traces(chosen, settings)
    return replace(chosen, tracing_disabled=False, trace_include_sensitive_data=sensitive), notices


def exports_traces(chosen: RunConfig, settings: WorkerSettings) -> bool:
    """Whether traces are uploaded: ``--tracing`` asks for it, and the RunConfig may forbid it."""
    return settings.tracing and not chosen.tracing_disabled


def _with_data(config: RunConfig, given: RunData, defaults: RunData) -> RunConfig:
    """What was given overrides the user's fields; what is configured fills those left as made."""
    as_made, changes = RunConfig(), {}
    for name in _NAMES:
        own = getattr(config, name) != getattr(as_made, name)
        value = getattr(given, name) or (None if own else getattr(defaults, name))
        if value is not None:
            changes[name] = value
    execution = config.tool_execution or ToolExecutionConfig()
    most = given.tool_concurrency
    if most is None and execution.max_function_tool_concurrency is None:
        most = defaults.tool_concurrency
    if most is not None:
        changes["tool_execution"] = replace(execution, max_function_tool_concurrency=most)
    return replace(config, **cast("Any", changes))
