"""The command line that continues a session as this one was started."""

import shlex
from collections.abc import Sequence

_OF_THE_SESSION = "--session"
_NEWEST = "--continue"
_SECRET = frozenset(("--token", "--header"))


def command_again(arguments: Sequence[str]) -> str:
    """What was typed, without the session that it resumed and without secret values."""
    words, rest = ["streamtui"], iter(arguments)
    for word in rest:
        name, equals, _ = word.partition("=")
        if name == _OF_THE_SESSION:
            if not equals:
                next(rest, "")
        elif name in _SECRET:
            if not equals:
                next(rest, "")
            words += [name, "..."]
        elif word != _NEWEST:
            words.append(word)
    return shlex.join(words)
