"""A server on loopback with one thing wrong."""

import json
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

KEY = "sk-of-the-doctor-0123456789"
MODELS = {"data": [{"id": "big-1"}, {"id": "small-1"}]}
CHUNKS = [
    *({"choices": [{"index": 0, "delta": {"content": word}}]} for word in ("one ", "two ", "3")),
    {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 5}},
]  # fmt: skip


class OddServer:
    """Speaks Chat Completions. The arguments replace what a healthy one answers.

    ``models``: the body of GET /models, or (status, body); ``chunks``: the stream's, or (status,
    body); ``whole``: answer at once; ``tls``: wraps its sockets.
    """

    def __init__(
        self,
        *,
        models: Any = MODELS,
        chunks: Any = CHUNKS,
        whole: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.keys: list[str] = []
        self.calls: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(models, chunks, whole))
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        scheme = "http" if tls is None else "https"
        self.base_url = f"{scheme}://localhost:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self, models: Any, chunks: Any, whole: bool) -> type[BaseHTTPRequestHandler]:
        odd = self

        class Handler(BaseHTTPRequestHandler):
            log_message: Callable[..., None] = lambda *_: None

            def do_GET(self) -> None:
                odd.keys.append(self.headers["authorization"])
                self._answer(*(models if isinstance(models, tuple) else (200, models)))

            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                odd.calls.append({"path": self.path, **json.loads(self.rfile.read(length))})
                if isinstance(chunks, tuple):
                    self._answer(*chunks)
                elif whole:
                    self._answer(200, {"choices": [{"message": {"content": "one two"}}]})
                else:
                    self._stream()

            def _answer(self, status: int, body: Any) -> None:
                page = isinstance(body, str)
                data = body.encode() if page else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "text/html" if page else "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _stream(self) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                for chunk in chunks:
                    self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                    self.wfile.flush()
                self.wfile.write(b"data: [DONE]\n\n")

        return Handler
