"""Private names around the HTTP client's pool of connections; without them nothing is counted."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpcore2
    import httpx2


def use_network(client: "httpx2.AsyncClient", network: "httpcore2.AsyncNetworkBackend") -> None:
    """Let connections that the client opens from now on use it, unless it has one of its own."""
    for transport in _transports(client):
        pool = getattr(transport, "_pool", None)
        # The client's default is of a private class; any other was chosen by someone.
        if type(getattr(pool, "_network_backend", None)).__name__ == "AutoBackend":
            setattr(pool, "_network_backend", network)  # noqa: B010 - of no declared type


def open_in(client: "httpx2.AsyncClient") -> int:
    """How many connections of this client are open and can be used."""
    return sum(
        _is_open(one) for transport in _transports(client) for one in _connections(transport)
    )


def _transports(client: "httpx2.AsyncClient") -> list[object]:
    return [getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()]


def _connections(transport: object) -> Iterable[Any]:
    found: Iterable[Any] = getattr(getattr(transport, "_pool", None), "connections", ())
    return found


def _is_open(connection: Any) -> bool:
    # One that still connects is neither idle nor closed; one that the server closed has expired.
    return not connection.is_closed() and not connection.has_expired()
