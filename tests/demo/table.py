"""Plays the demo: turns through the SDK's own Runner, without waiting."""

from dataclasses import dataclass, field
from typing import Any

from agents import Agent, RunConfig, Runner
from agents.items import TResponseInputItem
from openai.types.responses import ResponseStreamEvent, ResponseUsage

from tui.demo import build
from tui.demo.token_pace import no_waiting


@dataclass
class Turn:
    """All events and results of one prompt."""

    events: list[ResponseStreamEvent] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    error: Exception | None = None

    @property
    def kinds(self) -> list[str]:
        return [event.type for event in self.events]

    @property
    def text(self) -> str:
        return self.deltas("response.output_text.delta")

    @property
    def thoughts(self) -> str:
        return self.deltas("response.reasoning_summary_text.delta")

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Tool names and arguments, in order."""
        return [
            (item.name, item.arguments)
            for event in self.events
            if event.type == "response.output_item.done"
            and (item := event.item).type == "function_call"
        ]

    @property
    def usages(self) -> list[ResponseUsage | None]:
        return [e.response.usage for e in self.events if e.type == "response.completed"]

    def deltas(self, kind: str) -> str:
        return "".join(getattr(event, "delta", "") for event in self.events if event.type == kind)


class Table:
    """One conversation with the demo."""

    def __init__(self, seed: int = 7) -> None:
        self.agent: Agent[Any] = build(scripted=True, seed=seed, pace=no_waiting(seed))
        self.items: list[TResponseInputItem] = []

    async def say(self, prompt: str) -> Turn:
        """Play a turn. A failed one leaves the prompt in the conversation, as in the worker."""
        return await self.play([*self.items, {"role": "user", "content": prompt}])

    async def play(self, items: list[TResponseInputItem]) -> Turn:
        turn, self.items = Turn(), items
        result = Runner.run_streamed(self.agent, items, run_config=RunConfig(tracing_disabled=True))
        try:
            async for event in result.stream_events():
                if event.type == "raw_response_event":
                    turn.events.append(event.data)
                elif event.type == "agent_updated_stream_event":
                    turn.agents.append(event.new_agent.name)
                elif event.item.type == "tool_call_output_item":
                    turn.outputs.append(str(event.item.output))
        except Exception as error:  # noqa: BLE001 -- the tests check which one it is
            turn.error = error
        else:
            self.items, self.agent = result.to_input_list(), result.last_agent
        return turn


def orphans(items: list[TResponseInputItem]) -> list[str]:
    """Return the ids of calls without an output and of outputs without a call."""
    asked = [str(i.get("call_id")) for i in items if i.get("type") == "function_call"]
    answered = [str(i.get("call_id")) for i in items if i.get("type") == "function_call_output"]
    once = len(set(asked)) == len(asked) and len(set(answered)) == len(answered)
    return sorted(set(asked) ^ set(answered)) if once else ["doubled"]
