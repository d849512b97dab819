"""Reads the settings: flags override the environment, which overrides the file.

The environment variable of a setting is ``STREAMTUI_<SECTION>_<NAME>``, as in
``STREAMTUI_TIMEOUTS_IDLE=90``; ``OPENAI_BASE_URL`` works as in the SDK.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import platformdirs
from msgspec.structs import replace

from tui.core.config.checks import (
    ConfigError,
    KeyCheck,
    check_keys,
    check_prices,
    check_profiles,
    check_section,
    check_variable,
    checked,
    types_of,
    unknown,
)
from tui.core.config.profiles import ProfileError, profile_named, with_profile
from tui.core.config.settings import Config

Values = Mapping[str, Mapping[str, Any]]
"""Section → name → value, as in the file."""

PREFIX = "STREAMTUI_"

TOKEN_VARIABLE = "STREAMTUI_TOKEN"  # noqa: S105
"""No setting: the token of a server, ours or another."""


def default_path() -> Path:
    """``config.toml`` in the platform's folder for user settings."""
    return platformdirs.user_config_path("streamtui", appauthor=False) / "config.toml"


def load_config(
    path: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Values | None = None,
    key_problem: KeyCheck = lambda _: "",
    *,
    profile: str | None = None,
    address_given: bool = False,
) -> Config:
    """Merge the sources. ``path`` must exist if it is given; the default file need not.

    ``key_problem`` checks the section ``keys``. ``profile`` is one that was asked for;
    ``address_given``: an option names the server, so that no profile is used by default. Raise
    `ConfigError`.
    """
    file = path or default_path()
    variables = environment or {}
    in_file = from_file(file, key_problem) if path is not None or file.is_file() else {}
    in_environment = from_environment(variables)
    merged = {name: dict(section) for name, section in in_file.items()}
    for source in (in_environment, flags or {}):
        for name, section in source.items():
            merged.setdefault(name, {}).update(section)
    config = msgspec.convert(merged, Config)
    if profile is None and not address_given:
        profile = _default_profile(str(file), in_file, in_environment)
    if profile is None:
        return replace(config, agent=replace(config.agent, profile=None))
    try:
        config = with_profile(config, profile, profile_named(config, profile, variables))
    except ProfileError as error:
        raise ConfigError(str(error)) from error
    named = in_environment.get("agent", {}).get("model")
    return replace(config, agent=replace(config.agent, model=named or config.agent.model))


def _default_profile(file: str, in_file: Values, in_environment: Values) -> str | None:
    """The profile that the settings name, unless something that overrides them names a server."""
    here, there = in_environment.get("agent", {}), in_file.get("agent", {})
    if here.get("profile"):
        return str(here["profile"])
    if not there.get("profile") or here.get("base_url"):
        return None
    if there.get("base_url"):
        raise ConfigError(f"{file}: agent.profile and agent.base_url both name a server: keep one")
    return str(there["profile"])


def from_file(path: Path, key_problem: KeyCheck = lambda _: "") -> Values:
    """The settings of a file, checked. Raise `ConfigError`."""
    import tomllib  # noqa: PLC0415 - without a file, the first frame does not wait for it

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    sections = types_of(Config)
    for name, section in values.items():
        if name == "profile":
            raise ConfigError(f"{path}: profile is a setting of [agent]: write it below that line")
        if name not in sections:
            raise ConfigError(f"{path}: {unknown('section', name, sections)}")
        if not isinstance(section, dict):
            raise ConfigError(f"{path}: {name} is a section: write [{name}] on a line of its own")
        if name == "prices":
            check_prices(str(path), section)
        elif name == "keys":
            check_keys(str(path), section, key_problem)
        elif name == "profiles":
            check_profiles(str(path), section)
        else:
            check_section(str(path), name, section, sections[name])
    check_variable(str(path), "agent.key_env", values.get("agent", {}).get("key_env"))
    return values


def from_environment(environment: Mapping[str, str]) -> Values:
    """The settings that variables set. Raise `ConfigError`."""
    known = {
        f"{PREFIX}{section}_{key}".upper(): (section, key, type_)
        for section, section_type in types_of(Config).items()
        if section not in {"keys", "prices", "profiles"}
        for key, type_ in types_of(section_type).items()
    }
    known["OPENAI_BASE_URL"] = known[f"{PREFIX}AGENT_BASE_URL"]
    values: dict[str, dict[str, Any]] = {}
    # Ours last, so that it overrides the vendor's.
    for variable in sorted(environment, key=lambda name: name.startswith(PREFIX)):
        text = environment[variable]
        if variable in known and text:
            section, key, type_ = known[variable]
            value = checked(variable, f"{section}.{key}", text, type_, from_text=True)
            values.setdefault(section, {})[key] = value
        elif variable.startswith(PREFIX) and variable not in {*known, TOKEN_VARIABLE}:
            raise ConfigError(unknown("environment variable", variable, known))
    return values
