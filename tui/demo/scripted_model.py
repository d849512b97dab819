"""A model that speaks from a script: no network, and real Responses events at a real pace."""

import os
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random
from typing import Any, ClassVar

from agents import Model, ModelBehaviorError, ModelResponse
from agents.items import TResponseInputItem
from agents.usage import deserialize_usage
from openai.types.responses import ResponseCompletedEvent, ResponseStreamEvent

from tui.demo.fault_acts import act_of
from tui.demo.model_input import read
from tui.demo.response_events import ResponseWriter
from tui.demo.script import Reply, Role, reply_of
from tui.demo.token_pace import Pace, StreamPace


class ScriptedModel(Model):
    """One agent's model; the same ``seed`` and the same input give the same answer.

    A retry therefore repeats the failed attempt. When the input ends with a part of the answer as
    an assistant message, only the rest is said.
    """

    scripted: ClassVar[bool] = True
    model: ClassVar[str] = "scripted"
    """The name that is shown, where other Model classes keep theirs."""

    def __init__(self, role: Role, *, seed: int, pace: Pace) -> None:
        self._role: Role = role
        self._seed = f"{seed}|{role}"
        self._pace = pace
        self._ids = Random(self._seed)  # noqa: S311 -- names, not secrets
        self._attempts: Counter[tuple[int, str]] = Counter()

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 -- the SDK's name
        *_settings: Any,
        **_more: Any,
    ) -> AsyncIterator[ResponseStreamEvent]:
        """Stream one response, or raise what the openai client would."""
        conversation = read(input)
        turn = (len(conversation.prompts), conversation.prompt)
        seed = f"{self._seed}|{turn}|{len(conversation.now)}"
        reply = reply_of(self._role, conversation, Random(seed))  # noqa: S311 -- choice of words
        self._attempts[turn] += 1
        act = act_of(reply.fault, self._attempts[turn])
        await self._pace.pause(0.03, 0.08)
        if act.error and not act.after:
            raise act.error
        pace = StreamPace(self._pace)
        input_tokens = 1 + (len(system_instructions or "") + conversation.characters) // 4
        events = ResponseWriter(self.model, self._ids).write(
            _rest(reply, conversation.spoken), act, input_tokens
        )
        texts = 0
        for event in events:
            if getattr(event, "delta", ""):
                await pace.token()
            yield event
            if event.type == "response.in_progress":
                await pace.silence(act.wait + self._pace.random.uniform(0.22, 0.5))
            elif event.type == "response.completed":
                del self._attempts[turn]
            elif event.type == "response.output_text.delta":
                texts += 1
                if texts == act.after and act.error:
                    raise act.error
                if texts == act.after:
                    await pace.silence(act.silence)

    async def get_response(self, *call: Any, **named: Any) -> ModelResponse:
        """Return the same response in one piece, after the same time."""
        events = [event async for event in self.stream_response(*call, **named)]
        if not isinstance(events[-1], ResponseCompletedEvent):
            raise ModelBehaviorError(f"The response ended with {events[-1].type}")
        response = events[-1].response
        usage = response.usage.model_dump() if response.usage else {}
        usage_of_call = deserialize_usage({"requests": 1, **usage})
        return ModelResponse(response.output, usage_of_call, response.id)


def _rest(reply: Reply, spoken: str) -> Reply:
    """Leave out what an earlier attempt has said; a mark at its end does not matter."""
    common = len(os.path.commonprefix([reply.text, spoken]))  # noqa: RUF071 -- characters
    if not spoken or common * 2 < len(spoken):
        return reply
    return replace(reply, text=reply.text[common:] or "…", thought="")
