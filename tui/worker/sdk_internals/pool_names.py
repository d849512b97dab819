"""Private names around the HTTP client's pool of connections; without them nothing is counted."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2


def open_in(client: "httpx2.AsyncClient") -> int:
    """How many connections of this client are open and can be used."""
    transports = [getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()]
    return sum(_is_open(one) for transport in transports for one in _connections(transport))


def _connections(transport: object) -> Iterable[Any]:
    found: Iterable[Any] = getattr(getattr(transport, "_pool", None), "connections", ())
    return found


def _is_open(connection: Any) -> bool:
    # One that still connects is neither idle nor closed; one that the server closed has expired.
    return not connection.is_closed() and not connection.has_expired()
