"""Refuses requests that a foreign page makes a browser send: by Host, and by Origin.

A page may name a host whose address it then changes to 127.0.0.1 (DNS rebinding). The browser still
says the name, so only names that the service knows are answered.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class HostCheck:
    """``hosts``: names or addresses without a port; ``origins``: as browsers send them."""

    def __init__(
        self, host: str, *, hosts: Iterable[str] = (), origins: Iterable[str] = ()
    ) -> None:
        self.origins = frozenset(origin.rstrip("/").lower() for origin in origins)
        own = {host.lower()} | {name.lower() for name in hosts}
        self._hosts = own | (LOCAL_NAMES if is_loopback(host) or is_any(host) else set())

    def knows_host(self, header: str) -> bool:
        """Whether the service has this name; an address cannot be rebound."""
        name = _name(header)
        return name in self._hosts

    def knows_origin(self, origin: str, host: str) -> bool:
        """Whether a page from there may ask: the service's own, or one that was named."""
        if origin.lower() in self.origins:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()

    def may_read(self, origin: str) -> bool:
        """Whether a page from another place gets to see the answer (CORS)."""
        return origin.lower() in self.origins


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_any(host: str) -> bool:
    """Whether it stands for every address of this machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _name(header: str) -> str:
    """The host without its port; "" if it is none."""
    text = header.strip().lower()
    if text.startswith("["):
        address, bracket, _ = text[1:].partition("]")
        return address if bracket else ""
    return text.partition(":")[0] if text.count(":") == 1 else text
