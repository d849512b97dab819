"""The token: who has it may ask for everything."""

import hmac
import secrets
from collections.abc import Sequence
from typing import Final

SHORTEST: Final = 16
"""Characters of a token that a user chooses."""

AUTHORIZED: Final = "streamtui.authorized"
"""In the scope of a request: whether it has the token, also where none is needed."""

_SCHEME = "bearer "


def new_token() -> str:
    """A random one, for one start of the service."""
    return secrets.token_urlsafe(24)


def is_authorized(headers: Sequence[str], token: str | None) -> bool:
    """Whether the one ``Authorization: Bearer TOKEN`` has the token; with None, all may ask."""
    if token is None:
        return True
    if len(headers) != 1:
        return False
    header = headers[0]
    if header[: len(_SCHEME)].lower() != _SCHEME:
        return False
    given = header[len(_SCHEME) :].strip()
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
