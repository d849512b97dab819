"""Finds model servers that listen on this machine, to offer them where there is no key.

Only loopback is asked, at the addresses of the local profiles, and for no longer than `BOUND`.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from tui.core.config.profiles import LOCAL, profiles_of
from tui.core.config.settings import Config, Profile
from tui.core.sanitize.characters import clean_line

BOUND = 0.15
"""Seconds, for all of them together."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_BYTES = 1 << 20


class Found(NamedTuple):
    profile: str
    title: str
    host: str
    """``host:port``."""
    models: tuple[str, ...]

    @property
    def offer(self) -> str:
        """What it is, and what to type."""
        first, others = self.models[0], len(self.models) - 1
        more = f" and {others} more" if others else ""
        return (
            f"{self.title} is listening on {self.host}, with {clean_line(first)}{more}: "
            f"/model {self.profile} uses it"
        )


async def local_servers(config: Config) -> list[Found]:
    """Those that have listed a model in time."""
    profiles = profiles_of(config)
    named = [(name, profiles[name]) for name in LOCAL if profiles[name].base_url]
    tasks = [asyncio.create_task(_asked(name, profile)) for name, profile in named]
    done, late = await asyncio.wait(tasks, timeout=BOUND)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)
    return [found for task in tasks if task in done and (found := task.result()) is not None]


async def _asked(name: str, profile: Profile) -> Found | None:
    url = urlsplit(profile.base_url or "")
    if url.scheme != "http" or url.hostname not in LOOPBACK:
        return None
    models: Sequence[str] = ()
    with suppress(OSError, ValueError, asyncio.IncompleteReadError):
        models = _names(await _get(url))
    if not models:
        return None
    return Found(name, profile.title or name, url.netloc, tuple(models))


async def _get(url: SplitResult) -> bytes:
    """The body of GET /models."""
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    try:
        # 1.0: the answer ends with the connection, and comes in one piece.
        request = f"GET {url.path.rstrip('/')}/models HTTP/1.0\r\nHost: {url.netloc}\r\n\r\n"
        writer.write(request.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            return b""
        return await _rest(reader, head)
    finally:
        writer.close()


async def _rest(reader: asyncio.StreamReader, head: bytes) -> bytes:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return await reader.readexactly(min(int(value), MOST_BYTES))
    return await reader.read(MOST_BYTES)


def _names(body: bytes) -> list[str]:
    held = json.loads(body) if body else {}
    data = held.get("data") if isinstance(held, Mapping) else None
    ids = (one.get("id") for one in data or () if isinstance(one, Mapping))
    return [one for one in ids if isinstance(one, str) and one]
