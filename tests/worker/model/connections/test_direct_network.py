"""The HTTP client over the worker's own sockets: it must behave as over its usual ones."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest
import trustme

from tui.worker.model.connections.direct_network import MOST_WAITING, DirectNetwork
from tui.worker.sdk_internals.pool_names import open_in, use_network

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n"

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def over_it(**options: object) -> httpx2.AsyncClient:
    client = httpx2.AsyncClient(trust_env=False, **options)  # type: ignore[arg-type]
    use_network(client, DirectNetwork())
    return client


@asynccontextmanager
async def server(handle: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handled, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://localhost:{port}/"
    finally:
        listening.close()


async def head_of(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110 - nothing says it
            await asyncio.sleep(0.01)


async def read_into(got: bytearray, answer: httpx2.Response) -> None:
    async for piece in answer.aiter_bytes():
        got += piece


async def test_an_answer_is_read_as_it_was_sent() -> None:
    body = bytes(range(256)) * 8_000

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(HEAD % len(body) + body)
        await writer.drain()

    async with server(handle) as url, over_it() as client:
        assert (await client.get(url)).content == body


async def test_a_large_body_is_sent_to_a_server_that_reads_slowly() -> None:
    body = bytes(range(256)) * 40_000

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        await asyncio.sleep(0.2)
        got = await reader.readexactly(len(body))
        writer.write(HEAD % 4 + (b"same" if got == body else b"else"))
        await writer.drain()

    async with server(handle) as url, over_it() as client:
        assert (await client.post(url, content=body)).content == b"same"


async def test_what_a_slow_reader_leaves_waits_at_the_server() -> None:
    size, sent = 40 * MOST_WAITING, 0
    ended = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await head_of(reader)
        writer.write(HEAD % size)
        while sent < size:
            writer.write(b"x" * 65_536)
            await writer.drain()
            sent += 65_536
        ended.set()

    async with server(handle) as url, over_it() as client, client.stream("GET", url) as answer:
        pieces = answer.aiter_bytes()
        got = len(await anext(pieces))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await ended.wait()
        assert sent < size
        async for piece in pieces:
            got += len(piece)
        assert got == size


async def test_a_read_that_takes_too_long_and_one_that_does_not() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(HEAD % 1_000)
        for _ in range(8):
            # Longer than the limit all together, but no wait is.
            writer.write(b"x")
            await asyncio.sleep(0.1)
        await asyncio.sleep(60)

    async with (
        server(handle) as url,
        over_it(timeout=httpx2.Timeout(10, read=0.7)) as client,
        client.stream("GET", url) as answer,
    ):
        got = bytearray()
        with pytest.raises(httpx2.ReadTimeout):
            await read_into(got, answer)
        assert got == b"x" * 8


async def test_a_connection_that_is_reset_or_ends_too_early() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(HEAD % 10 + b"some")
        await writer.drain()
        await asyncio.sleep(0.1)
        transport = writer.transport
        # Linger 0: a reset instead of an end.
        transport.get_extra_info("socket").setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")
        transport.abort()

    async def end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(HEAD % 10 + b"some")

    for handle, error in ((reset, httpx2.ReadError), (end, httpx2.RemoteProtocolError)):
        async with server(handle) as url, over_it() as client:
            got = bytearray()
            async with client.stream("GET", url) as answer:
                with pytest.raises(error):
                    await read_into(got, answer)
            assert got == b"some"


async def test_a_port_at_which_nobody_listens() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...

    async with server(handle) as url:
        pass
    async with over_it() as client:
        with pytest.raises(httpx2.ConnectError, match="Connect call failed"):
            await client.get(url)


async def test_an_idle_connection_that_the_server_has_closed_is_not_used_again() -> None:
    answered = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        for _ in range(2):
            await head_of(reader)
            answered += 1
            writer.write(HEAD % 1 + b"%d" % answered)

    async with server(handle) as url, over_it() as client:
        for number in range(1, 6):
            assert (await client.get(url)).content == b"%d" % number
            if number % 2 == 0:
                # The server closes the connection after two answers.
                await until(lambda: not open_in(client))


async def test_it_speaks_tls_and_refuses_a_certificate_that_it_does_not_know() -> None:
    authority = trustme.CA()
    of_server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(of_server)
    known = ssl.create_default_context()
    authority.configure_trust(known)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(HEAD % 300_000 + b"x" * 300_000)
        await writer.drain()

    async with server(handle, of_server) as url:
        async with over_it(verify=known) as client:
            assert len((await client.get(url)).content) == 300_000
        async with over_it() as client:
            with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.get(url)


async def test_an_answer_that_is_left_closes_its_connection() -> None:
    gone = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head_of(reader)
        writer.write(HEAD % 1_000 + b"x")
        try:
            await reader.read()
        finally:
            gone.set()

    async with server(handle) as url, over_it() as client:
        async with client.stream("GET", url) as answer:
            assert await anext(answer.aiter_raw()) == b"x"
        async with asyncio.timeout(30):
            await gone.wait()


async def test_a_client_with_a_network_of_its_own_keeps_it() -> None:
    client = httpx2.AsyncClient(trust_env=False)
    own, other = DirectNetwork(), DirectNetwork()
    use_network(client, own)
    use_network(client, other)
    assert client._transport._pool._network_backend is own  # type: ignore[attr-defined]
    await client.aclose()
