"""The page at ``/``: files of this package, which need no token and hold nothing of any session."""

import mimetypes
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tui.web.request_refusals import RefusedError

PAGE: Final = "/page/"
INDEX: Final = "index.html"
CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing is run, drawn or loaded but what this service sends itself."""

mimetypes.add_type("text/javascript", ".js")


class PageRoutes:
    """All files are read once, when the service starts."""

    def __init__(self) -> None:
        self._files = files_of("tui.web.page")

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/", self.index, methods=["GET"]),
            Route(f"{PAGE}{{name:str}}", self.file, methods=["GET"]),
        ]

    @property
    def paths(self) -> frozenset[str]:
        """What answers without a token."""
        return frozenset({"/", *(PAGE + name for name in self._files)})

    async def index(self, _: Request) -> Response:
        return self._answer(INDEX)

    async def file(self, request: Request) -> Response:
        return self._answer(request.path_params["name"])

    def _answer(self, name: str) -> Response:
        content = self._files.get(name)
        if content is None:
            raise RefusedError("NOT_FOUND", "the page has no such file")
        media_type, _ = mimetypes.guess_type(name)
        headers = {"content-security-policy": CONTENT_POLICY, "cache-control": "no-cache"}
        return Response(content, headers=headers, media_type=media_type)


def files_of(package: str) -> dict[str, bytes]:
    """The files of a page, by name."""
    return {
        entry.name: entry.read_bytes()
        for entry in files(package).iterdir()
        if entry.is_file() and not entry.name.endswith((".py", ".pyc"))
    }
