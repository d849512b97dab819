"""Asks for approvals as the stream brings them, and takes the answers that need more than a key.

Those are a reason, other arguments, and all at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tui.core.conversation import ToolCall
from tui.protocol.events import ApprovalRequested

if TYPE_CHECKING:
    from tui.core.conversation import Conversation, Step
    from tui.dashboard.chat.approval import ApprovalBar
    from tui.dashboard.screens.prompt_screen import PromptScreen

Way = Literal["reason", "edit", "all", "none"]


class ApprovalAnswers:
    """What was edited is kept until the worker has accepted it."""

    def __init__(self, screen: PromptScreen) -> None:
        self._screen = screen
        self._edited: dict[str, str] = {}

    def follow(
        self, step: Step, bar: ApprovalBar, conversation: Conversation, *, drafting: bool
    ) -> None:
        """Ask what the agent asks in this step, and drop the questions that it settles.

        ``drafting``: the user is writing a message or is elsewhere, and keeps the focus.
        """
        if isinstance(step.event, ApprovalRequested):
            request = step.event
            asked = conversation.open_tools.get(request.tool_call)
            bar.ask(request, asked.label if asked is not None else "", drafting=drafting)
            self._asked_again(bar, request)
        if bar.asking:
            latest = {change.item.key: change.item for change in step.changes}
            for item in latest.values():
                if isinstance(item, ToolCall) and item.state != "waiting":
                    bar.settle(item.key)

    def by(self, way: Way, bar: ApprovalBar) -> None:
        """Ask for what the answer needs, then answer."""
        asked = bar.pending
        if not asked:
            return
        match way:
            case "reason":
                self._give_reason(bar, asked[0])
            case "edit":
                self._edit(bar, asked[0], asked[0].arguments)
            case "all" | "none":
                self._answer_all(bar, asked, approved=way == "all")

    def _asked_again(self, bar: ApprovalBar, request: ApprovalRequested) -> None:
        """Where edited arguments do not fit: edit them again, with the problem beside them."""
        if not request.problem:
            return
        edited = self._edited.pop(request.tool_call, "")
        if edited:
            self._edit(bar, request, edited, request.problem)

    def _give_reason(self, bar: ApprovalBar, request: ApprovalRequested) -> None:
        from tui.dashboard.windows.text_entry import TextEntry  # noqa: PLC0415 - not for the first frame

        def answered(reason: str | None) -> None:
            if reason is None:
                bar.focus()
            elif self._is_open(bar, request):
                bar.decide(request.tool_call, approved=False, reason=reason.strip())

        self._screen.app.push_screen(
            TextEntry(
                f"Why reject {request.name}? The model will see your reason.",
                one_line=True,
                uses="rejects it",
            ),
            answered,
        )

    def _edit(
        self, bar: ApprovalBar, request: ApprovalRequested, text: str, problem: str = ""
    ) -> None:
        from tui.dashboard.windows.argument_editor import (  # noqa: PLC0415 - as above
            ArgumentEditor,
        )

        def answered(arguments: str | None) -> None:
            if arguments is None:
                bar.focus()
            elif self._is_open(bar, request):
                self._edited[request.tool_call] = arguments
                bar.decide(request.tool_call, approved=True, arguments=arguments)

        self._screen.app.push_screen(ArgumentEditor(request.name, text, problem), answered)

    def _answer_all(
        self, bar: ApprovalBar, asked: tuple[ApprovalRequested, ...], *, approved: bool
    ) -> None:
        from tui.dashboard.windows.calls_question import CallsQuestion  # noqa: PLC0415 - as above

        def answered(yes: bool | None) -> None:
            for request in asked if yes else ():
                if self._is_open(bar, request):
                    bar.decide(request.tool_call, approved=approved)

        self._screen.app.push_screen(CallsQuestion(asked, runs=approved), answered)

    def _is_open(self, bar: ApprovalBar, request: ApprovalRequested) -> bool:
        """It may have been settled while the answer was written: its run may have ended."""
        if any(one.tool_call == request.tool_call for one in bar.pending):
            return True
        self._screen.tell(f"{request.name} is no longer waiting for approval.")
        return False
