"""A model gets the agent's own settings; only the SDK's silent retries are off."""

from dataclasses import fields, replace
from typing import Any

from agents import Agent, ModelRetrySettings, ModelSettings, RunConfig

from tui.worker.model.tap import _without_retries

OTHER: dict[str, Any] = {
    "temperature": 0.5, "top_p": 0.5, "frequency_penalty": 0.5, "presence_penalty": 0.5,
    "tool_choice": "required", "parallel_tool_calls": True, "truncation": "auto",
    "max_tokens": 9, "verbosity": "low", "metadata": {"a": "b"}, "store": False,
    "prompt_cache_retention": "24h", "include_usage": False, "top_logprobs": 2,
    "extra_query": {"a": "b"}, "extra_body": {"a": "b"}, "extra_headers": {"a": "b"},
    "extra_args": {"a": "b"}, "preserve_raw_usage": True, "timeout": 3.0,
    "retry": ModelRetrySettings(max_retries=7), "response_include": [], "reasoning": None,
    "context_management": None, "prompt_cache_options": None,
}  # fmt: skip


def test_every_setting_of_a_model_is_passed_on_but_the_silent_retries() -> None:
    names = {field.name for field in fields(ModelSettings)}
    assert names == OTHER.keys(), f"add to OTHER, or remove from it: {sorted(names ^ OTHER.keys())}"
    own = ModelSettings(**OTHER)
    passed = _without_retries(lambda _agent, _config: own)(Agent(name="A"), RunConfig())
    assert passed.retry == ModelRetrySettings(max_retries=0)
    assert replace(passed, retry=own.retry) == own
