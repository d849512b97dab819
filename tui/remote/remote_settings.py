"""Where a remote agent is, and how it is asked."""

from urllib.parse import SplitResult, urlsplit, urlunsplit

import msgspec

from tui.protocol.retry_policy import RetryPolicy

EXAMPLE = "http://HOST:PORT/agui"
TOKEN_VARIABLE = "STREAMTUI_TOKEN"  # noqa: S105 - the name of a variable
SCHEMES = ("http", "https")


class AddressError(ValueError):
    """The text is not the address of an agent; the message says what to write."""


class RemoteSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Times are in seconds, None means no limit."""

    url: str
    """Without a user's name and password."""
    token: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    login: tuple[str, str] | None = None
    """The name and password that stood in the address."""
    connect_timeout: float = 10.0
    first_event_timeout: float | None = 60.0
    idle_timeout: float | None = 60.0
    turn_timeout: float | None = None
    retries: RetryPolicy = RetryPolicy()

    @property
    def host(self) -> str:
        """``host[:port]``."""
        return urlsplit(self.url).netloc

    @property
    def agent(self) -> str:
        """What the agent is called until its server names it: the end of the address's path."""
        parts = [part for part in urlsplit(self.url).path.split("/") if part]
        named = [part for part in parts if part.lower() not in _COMMON]
        return named[-1] if named else "agent"


_COMMON = frozenset(("agui", "ag-ui", "api", "agent", "agents", "run", "runs", "stream", "v1"))


def is_address(text: str) -> bool:
    """Whether an AGENT is meant to be an address."""
    return "://" in text


def parsed_address(text: str) -> tuple[str, tuple[str, str] | None]:
    """The address without a login in it, and that login. Raise `AddressError`."""
    text = text.strip()
    if any(not one.isprintable() or one.isspace() for one in text):
        raise AddressError(f"{text!r} has spaces or control characters in it: write {EXAMPLE}")
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise AddressError(f"{text!r} is not an address ({error}): write {EXAMPLE}") from error
    if parts.scheme.lower() not in SCHEMES:
        instead = "https" if parts.scheme.lower() in ("wss", "https") else "http"
        raise AddressError(
            f"an agent on a server is reached over http or https, not {parts.scheme}: "
            f"write {instead}://{parts.netloc}{parts.path}"
        )
    if not host or port == 0:
        raise AddressError(f"{text!r} names no host: write {EXAMPLE}")
    return _without_login(parts), _login(parts)


def parsed_header(text: str) -> tuple[str, str]:
    """``Name: value``. Raise `AddressError`; the message holds no value, which may be a key."""
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not name:
        raise AddressError("write it as 'Name: value'")
    if not all(one.isascii() and (one.isalnum() or one in "!#$%&'*+-.^_`|~") for one in name):
        raise AddressError(f"{name!r} is not the name of a header: write it as 'Name: value'")
    if not value.isascii() or not value.isprintable():
        raise AddressError(f"the value of {name} may only have ASCII characters")
    return name, value


def _login(parts: SplitResult) -> tuple[str, str] | None:
    return (parts.username or "", parts.password or "") if "@" in parts.netloc else None


def _without_login(parts: SplitResult) -> str:
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme.lower(), place, parts.path or "/", parts.query, ""))
