"""Reading the ``.env`` file that a person has named."""

from collections.abc import Mapping, MutableMapping


def parse_env(text: str) -> Mapping[str, str]:
    """``NAME=value`` lines; ``export``, quotes around the value and ``#`` lines are understood."""
    found = {}
    for line in text.splitlines():
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        name = name.strip()
        if separator and name.isidentifier():
            found[name] = _unquoted(value.strip())
    return found


def add_missing(environment: MutableMapping[str, str], found: Mapping[str, str]) -> None:
    """The environment wins over the file."""
    for name, value in found.items():
        environment.setdefault(name, value)


def _unquoted(value: str) -> str:
    for quote in ('"', "'"):
        if len(value) > 1 and value.startswith(quote) and value.endswith(quote):
            return value[1:-1]
    return value.split(" #", 1)[0].rstrip()
