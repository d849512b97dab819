"""Model servers on this machine are found and offered where there is no key."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tests.dashboard.test_main_screen import IDLE, loaded
from tests.support.provider import Provider
from tests.support.supervisors import RecordingSupervisor
from tui.core.config.settings import AppOptions, Config, Profile
from tui.dashboard.app import StreamTui
from tui.dashboard.controllers import local_servers as finding
from tui.dashboard.controllers.local_servers import local_servers

NOWHERE = Profile(base_url="http://127.0.0.1:9/v1")
ALL_AWAY = dict.fromkeys(("ollama", "lmstudio", "llamacpp", "vllm"), NOWHERE)


def with_server(url: str, name: str = "ollama") -> Config:
    return Config(profiles={**ALL_AWAY, name: Profile(base_url=url)})


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may need longer than a person should wait."""
    monkeypatch.setattr(finding, "BOUND", 20.0)


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[str]:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def test_one_that_listens_is_found_by_its_models() -> None:
    with Provider() as provider:
        (found,) = await local_servers(with_server(provider.base_url))
        assert (found.profile, found.title, found.models) == ("ollama", "Ollama", ("scripted",))
        assert found.offer.startswith(
            f"Ollama is listening on {found.host}, with scripted: /model "
        )


async def test_what_is_no_model_server_is_not_offered() -> None:
    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        writer.close()

    async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b'HTTP/1.0 404 Not Found\r\n\r\n{"data": [{"id": "x"}]}')
        writer.close()

    for answer in (page, refusing):
        async with listening(answer) as url:
            assert await local_servers(with_server(url)) == []


async def test_one_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "BOUND", 0.15)
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        gone.set()
        writer.close()

    async with listening(silent) as url:
        assert await local_servers(with_server(url)) == []
        await gone.wait()


async def test_only_loopback_is_asked() -> None:
    asked = []

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(1)
        writer.close()

    async with listening(answer) as url:
        away = url.replace("127.0.0.1", "localhost.localdomain")
        assert await local_servers(with_server(away)) == []
        assert asked == []


@pytest.mark.parametrize("offers", [True, False])
async def test_it_is_offered_in_the_chat_only_where_there_is_no_key(offers: bool) -> None:
    with Provider() as provider:
        options = AppOptions(
            config=with_server(provider.base_url, "vllm"),
            worker_command=IDLE,
            offers_local=offers,
        )
        app = StreamTui(options, RecordingSupervisor(IDLE))
        async with app.run_test(size=(140, 40)) as pilot:
            app.dispatcher.dispatch(loaded())
            app.dispatcher.flush()
            await pilot.pause()
            lines = app.screen._compositor.render_strips()
            text = "\n".join(strip.text for strip in lines)
            assert ("vLLM is listening on 127.0.0.1:" in text) is offers
            assert ("/model vllm uses it" in text) is offers
        assert bool(provider.requests) is offers
