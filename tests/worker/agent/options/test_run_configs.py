"""The user's RunConfig: every field is honoured; where ours must win, a line says so."""

from dataclasses import fields
from typing import Any

import pytest
from agents import (
    ModelSettings,
    MultiProvider,
    OpenAIProvider,
    RunConfig,
    SessionSettings,
    ToolExecutionConfig,
)
from agents.run_config import SandboxRunConfig

from tui.protocol.worker_settings import RunData, WorkerSettings
from tui.worker.agent.options.run_configs import exports_traces, prepared

SET: dict[str, Any] = {
    "model": "theirs",
    "model_provider": OpenAIProvider(api_key="k"),
    "model_settings": ModelSettings(temperature=0.5),
    "handoff_input_filter": print,
    "nest_handoff_history": True,
    "handoff_history_mapper": print,
    "input_guardrails": [],
    "output_guardrails": [],
    "tracing_disabled": True,
    "tracing": {"api_key": "k"},
    "trace_include_sensitive_data": False,
    "workflow_name": "w",
    "trace_id": "trace_1",
    "group_id": "g",
    "trace_metadata": {"a": "b"},
    "session_input_callback": print,
    "call_model_input_filter": print,
    "tool_error_formatter": print,
    "session_settings": SessionSettings(limit=3),
    "reasoning_item_id_policy": "omit",
    "sandbox": SandboxRunConfig(),
    "tool_execution": ToolExecutionConfig(max_function_tool_concurrency=2),
    "tool_not_found_behavior": "return_error_to_model",
    "tool_name_collision_policy": "error",
    "output_guardrail_blocked_message": "blocked",
}


def test_the_values_above_are_all_fields_of_the_installed_sdk() -> None:
    names = {field.name for field in fields(RunConfig)}
    assert names == SET.keys(), f"add to SET, or remove from it: {sorted(names ^ SET.keys())}"


def test_no_field_that_the_user_sets_is_overwritten() -> None:
    user = RunConfig(**SET)
    config, notices = prepared(user, WorkerSettings())
    kept = SET.keys() - {"tracing_disabled", "trace_include_sensitive_data"}
    assert {name: getattr(config, name) for name in kept} == {name: SET[name] for name in kept}
    assert notices == []


def test_spans_stay_in_the_process_and_hold_everything_unless_they_are_uploaded() -> None:
    config, _ = prepared(RunConfig(trace_include_sensitive_data=False), WorkerSettings())
    assert (config.tracing_disabled, config.trace_include_sensitive_data) == (False, True)
    uploaded = WorkerSettings(tracing=True)
    config, _ = prepared(RunConfig(trace_include_sensitive_data=False), uploaded)
    assert not config.trace_include_sensitive_data
    assert exports_traces(RunConfig(), uploaded)
    assert not exports_traces(RunConfig(tracing_disabled=True), uploaded)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (WorkerSettings(base_url="http://h"), "--base-url and --api are not used"),
        (WorkerSettings(api="chat"), "has its own model_provider"),
        (WorkerSettings(model="m"), "--model m is used instead of the RunConfig's model"),
    ],
)
def test_an_option_that_meets_a_field_says_which_one_wins(
    settings: WorkerSettings, words: str
) -> None:
    config, notices = prepared(RunConfig(**SET), settings)
    assert any(words in notice for notice in notices)
    assert config.model == (settings.model or "theirs")


def test_data_of_options_overrides_and_of_the_settings_fills_in() -> None:
    settings = WorkerSettings(
        run=RunData(workflow_name="given"),
        run_defaults=RunData(workflow_name="configured", group_id="configured", tool_concurrency=7),
    )
    config, _ = prepared(RunConfig(group_id="own"), settings)
    assert (config.workflow_name, config.group_id) == ("given", "own")
    assert config.tool_execution == ToolExecutionConfig(max_function_tool_concurrency=7)
    config, _ = prepared(RunConfig(tool_execution=SET["tool_execution"]), settings)
    assert config.tool_execution == ToolExecutionConfig(max_function_tool_concurrency=2)


def test_the_default_provider_is_replaced_by_one_that_takes_any_model_name() -> None:
    config, _ = prepared(RunConfig(), WorkerSettings(base_url="http://h/v1"))
    assert isinstance(config.model_provider, MultiProvider)
    assert config.model_provider.get_model("meta-llama/x").model == "meta-llama/x"  # type: ignore[attr-defined]
