"""Every setting with its value and where it comes from. Pure, but for reading the file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tui.core.config.checks import types_of
from tui.core.config.profiles import profiles_of
from tui.core.config.setting_lines import line_of, lines_of
from tui.core.config.settings import Config
from tui.core.config.sources import PREFIX, Values, from_environment, from_file

DEFAULT = "default"
_BY_NAME = frozenset({"prices", "profiles", "keys"})
_OF_PROFILE = {"agent": ("base_url", "api", "model", "key_env", "think_tags")}


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One setting."""

    section: str
    name: str
    value: Any
    origin: str
    """``default``, ``FILE:LINE``, a variable, ``--option``, or ``profile NAME``."""


def origins(
    config: Config,
    path: Path,
    environment: Mapping[str, str],
    options: Values | None = None,
) -> Iterator[Shown]:
    """``config`` is what they led to; ``options``: what was given on the command line."""
    there = path.is_file()
    in_file = from_file(path) if there else {}
    lines = lines_of(path.read_text(encoding="utf-8")) if there else {}
    in_environment, given = from_environment(environment), options or {}
    for section, type_ in types_of(Config).items():
        held = getattr(config, section)
        if section in _BY_NAME:
            for name, value in held.items():
                at = line_of(lines, (section, name))
                origin = f"{path}:{at}" if at is not None else f"profile {config.agent.profile}"
                shown = msgspec.to_builtins(value)
                yield Shown(section=section, name=name, value=shown, origin=origin)
            continue
        for name in types_of(type_):
            if name in given.get(section, {}):
                origin = f"--{name.replace('_', '-')}"
            elif profile := _of_profile(config, section, name):
                origin = f"profile {profile}"
            elif name in in_environment.get(section, {}):
                origin = _variable(section, name, environment)
            elif name in in_file.get(section, {}):
                at = line_of(lines, (section, name))
                origin = f"{path}:{at}" if at is not None else str(path)
            else:
                origin = DEFAULT
            value = msgspec.to_builtins(getattr(held, name))
            yield Shown(section=section, name=name, value=value, origin=origin)


def _of_profile(config: Config, section: str, name: str) -> str:
    """The profile in use, if it sets this; "" if not."""
    used = config.agent.profile
    profile = profiles_of(config).get(used or "")
    if used is None or profile is None:
        return ""
    if section == "agent":
        sets = name in _OF_PROFILE["agent"] and getattr(profile, name, None) is not None
        return used if sets else ""
    return used if name in getattr(profile, section, {}) else ""


def _variable(section: str, name: str, environment: Mapping[str, str]) -> str:
    ours = f"{PREFIX}{section}_{name}".upper()
    return ours if environment.get(ours) else "OPENAI_BASE_URL"
