"""Agents whose tools return pictures and files."""

import base64
from typing import Any

from agents import (
    Agent,
    AsyncComputer,
    ComputerTool,
    ToolOutputFileContent,
    ToolOutputImage,
    ToolOutputText,
    function_tool,
)

from tests.support.pictures import png

PICTURE = png(64, 48)
LARGE = png(2000, 1000) + bytes(5_000_000)
"""Some readers ignore what follows a picture: this one has five megabytes of it."""
SCREEN = png(32, 16, (0, 0, 200))


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


@function_tool
def paint() -> ToolOutputImage:
    return ToolOutputImage(image_url=f"data:image/png;base64,{base64_of(PICTURE)}")


@function_tool
def paint_large() -> ToolOutputImage:
    return ToolOutputImage(image_url=f"data:image/png;base64,{base64_of(LARGE)}")


@function_tool
def report() -> list[Any]:
    data = base64_of(b"a,b\n1,2\n")
    return [
        ToolOutputText(text="two files"),
        ToolOutputFileContent(
            file_data=f"data:text/csv;base64,{data}", filename="../../a b\x1b.csv"
        ),
        ToolOutputImage(image_url="https://pictures.test/map.png"),
        ToolOutputFileContent(file_id="file-7"),
    ]


painter = Agent(name="Painter", tools=[paint, paint_large, report])


class Screen(AsyncComputer):
    """A computer with nothing but a screen."""

    environment = "browser"
    dimensions = (32, 16)

    async def screenshot(self) -> str:
        return base64_of(SCREEN)

    async def click(self, x: int, y: int, button: Any) -> None: ...
    async def double_click(self, x: int, y: int) -> None: ...
    async def scroll(self, x: int, y: int, scroll_x: int, scroll_y: int) -> None: ...
    async def type(self, text: str) -> None: ...
    async def wait(self) -> None: ...
    async def move(self, x: int, y: int) -> None: ...
    async def keypress(self, keys: list[str]) -> None: ...
    async def drag(self, path: list[tuple[int, int]]) -> None: ...


looker = Agent(name="Looker", tools=[ComputerTool(computer=Screen())])
