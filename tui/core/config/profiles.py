"""Profiles: servers by name, with what their models need. Pure.

A profile is chosen by ``--profile NAME`` or by ``profile`` in the settings' ``[agent]``. The ready
ones can be used as they are; what a section ``[profiles.NAME]`` sets overrides the ready profile of
that name. A key never stands in a profile: it names the environment variable that has it.
"""

import difflib
import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from tui.core.config.settings import AgentConfig, Config, Profile, ProfiledConfig
from tui.protocol.worker_settings import Endpoint

LOCAL = ("ollama", "lmstudio", "llamacpp", "vllm")
"""Ready profiles of servers that run on this machine, on their default ports."""

READY: Mapping[str, Profile] = {
    "openai": Profile(
        title="OpenAI",
        base_url="https://api.openai.com/v1",
        api="responses",
        key_env="OPENAI_API_KEY",
    ),
    "azure": Profile(
        title="Azure OpenAI",
        base_url="${AZURE_OPENAI_ENDPOINT}/openai/v1",
        api="responses",
        key_env="AZURE_OPENAI_API_KEY",
    ),
    "openrouter": Profile(
        title="OpenRouter",
        base_url="https://openrouter.ai/api/v1",
        api="chat",
        key_env="OPENROUTER_API_KEY",
    ),
    "anthropic": Profile(
        title="Anthropic",
        base_url="https://api.anthropic.com/v1",
        api="chat",
        key_env="ANTHROPIC_API_KEY",
    ),
    "gemini": Profile(
        title="Gemini",
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        api="chat",
        key_env="GEMINI_API_KEY",
    ),
    "groq": Profile(
        title="Groq",
        base_url="https://api.groq.com/openai/v1",
        api="chat",
        key_env="GROQ_API_KEY",
    ),
    "ollama": Profile(title="Ollama", base_url="http://127.0.0.1:11434/v1", api="chat"),
    "lmstudio": Profile(title="LM Studio", base_url="http://127.0.0.1:1234/v1", api="chat"),
    "llamacpp": Profile(title="llama.cpp", base_url="http://127.0.0.1:8080/v1", api="chat"),
    "vllm": Profile(title="vLLM", base_url="http://127.0.0.1:8000/v1", api="chat"),
}

_Section = TypeVar("_Section", bound=msgspec.Struct)
_REPLACED = {"agent", "timeouts", "thresholds", "prices"}
_VARIABLE = re.compile(r"\$\{(\w+)\}")


class ProfileError(ValueError):
    """A profile that does not exist or cannot be used; the message says what to write."""


def profiles_of(config: Config) -> dict[str, Profile]:
    """Every profile by its name: the user's first, then the ready ones."""
    own = {name: _over(READY.get(name), given) for name, given in config.profiles.items()}
    return own | {name: ready for name, ready in READY.items() if name not in own}


def profile_named(config: Config, name: str, environment: Mapping[str, str]) -> Profile:
    """The profile, with the variables in its address replaced. Raise `ProfileError`."""
    known = profiles_of(config)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise ProfileError(f"There is no profile {name!r}.{meant} Known: {', '.join(known)}.")
    profile = known[name]
    if not profile.base_url:
        raise ProfileError(f"profiles.{name} has no base_url.")
    for variable in _VARIABLE.findall(profile.base_url):
        if not environment.get(variable):
            raise ProfileError(
                f"The profile {name} needs the variable {variable}: its address is"
                f" {profile.base_url}."
            )
    url = _VARIABLE.sub(lambda found: environment[found[1]].rstrip("/"), profile.base_url)
    return replace(profile, base_url=url)


def missing_key(name: str, profile: Profile, environment: Mapping[str, str]) -> str:
    """What to do if the variable with the profile's key is not set; "" if nothing is missing."""
    if profile.key_env is None or environment.get(profile.key_env, "").strip():
        return ""
    return (
        f"The profile {name} needs a key in the variable {profile.key_env}: export it, or name a"
        " file that sets it with --env-file."
    )


def with_profile(config: Config, name: str, profile: Profile) -> Config:
    """The settings with those of the profile in their place; model, address, API and key are its.

    ``profile`` is one of `profile_named`; nothing remains of one that was in use before.
    """
    plain = config.without if isinstance(config, ProfiledConfig) else config
    own = plain.agent
    kept = {one: getattr(config, one) for one in Config.__struct_fields__ if one not in _REPLACED}
    return ProfiledConfig(
        **kept,
        without=plain,
        agent=AgentConfig(
            model=profile.model,
            base_url=profile.base_url,
            api=profile.api,
            key_env=profile.key_env,
            profile=name,
            max_turns=own.max_turns,
            think_tags=own.think_tags if profile.think_tags is None else profile.think_tags,
        ),
        timeouts=_merged(plain.timeouts, profile.timeouts),
        thresholds=_merged(plain.thresholds, profile.thresholds),
        prices={**plain.prices, **profile.prices},
    )


def endpoint_of(config: Config, name: str, profile: Profile) -> Endpoint:
    """What a worker needs to know of a profile; ``profile`` is one of `profile_named`."""
    used = with_profile(config, name, profile)
    times = used.timeouts
    return Endpoint(
        profile=name,
        base_url=profile.base_url or "",
        api=profile.api or "responses",
        key_env=profile.key_env,
        think_tags=used.agent.think_tags,
        connect_timeout=times.connect,
        first_event_timeout=times.first_event,
        idle_timeout=times.idle,
        turn_timeout=times.turn,
        tool_timeout=times.tool,
        prices=used.prices,
    )


def key_variables(config: Config) -> tuple[str, ...]:
    """The variables that hold keys, of all profiles and of ``[agent]``."""
    names = [one.key_env for one in profiles_of(config).values()]
    return tuple(dict.fromkeys(name for name in (config.agent.key_env, *names) if name))


def key_values(config: Config, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Their values, which must not be shown, whatever the variables are called."""
    values = (environment.get(name, "").strip() for name in key_variables(config))
    return tuple(filter(None, values))


def _over(ready: Profile | None, given: Profile) -> Profile:
    if ready is None:
        return given
    changed = {
        field.name: value
        for field in msgspec.structs.fields(Profile)
        if (value := getattr(given, field.name)) != field.default
        and (not isinstance(value, dict) or value)
    }
    return replace(ready, **changed)


def _merged(section: _Section, changes: Mapping[str, object]) -> _Section:
    return replace(section, **changes)
