"""Agents that use a computer or a local shell."""

import base64
from typing import Any

from agents import (
    Agent,
    AsyncComputer,
    ComputerTool,
    LocalShellCommandRequest,
    LocalShellTool,
)
from typing_extensions import override

from tests.worker.hosted_items import PICTURE


class Screen(AsyncComputer):
    """A computer that only keeps what it was asked."""

    def __init__(self) -> None:
        self.done: list[str] = []

    @override
    async def screenshot(self) -> str:
        return base64.b64encode(PICTURE).decode()

    @override
    async def click(self, x: int, y: int, button: Any) -> None:
        self.done.append("click")

    @override
    async def double_click(self, x: int, y: int) -> None: ...
    @override
    async def scroll(self, x: int, y: int, scroll_x: int, scroll_y: int) -> None: ...
    @override
    async def type(self, text: str) -> None:
        if text == "break":
            raise ValueError("no keyboard")

    @override
    async def wait(self) -> None: ...
    @override
    async def move(self, x: int, y: int) -> None: ...
    @override
    async def keypress(self, keys: list[str]) -> None: ...
    @override
    async def drag(self, path: list[tuple[int, int]]) -> None: ...


async def local(request: LocalShellCommandRequest) -> str:
    return f"ran {' '.join(request.data.action.command)}"


operating = Agent(
    name="Operating",
    tools=[
        ComputerTool(computer=Screen(), on_safety_check=lambda data: True),
        LocalShellTool(executor=local),
    ],
)
unchecked = Agent(name="Unchecked", tools=[ComputerTool(computer=Screen())])
