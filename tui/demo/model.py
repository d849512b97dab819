"""A model that speaks from a script: no network, and real Responses events at a real pace."""

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from random import Random
from typing import Any, ClassVar

from agents import ModelBehaviorError, ModelResponse, Usage
from agents.agent_output import AgentOutputSchemaBase
from agents.handoffs import Handoff
from agents.items import TResponseInputItem
from agents.model_settings import ModelSettings
from agents.models.interface import Model, ModelTracing
from agents.tool import Tool
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseStreamEvent,
    ResponseTextDeltaEvent,
)

from tui.demo.acts import ALL_WELL, SCENES, Act
from tui.demo.conversation import Conversation, read
from tui.demo.pace import Pace
from tui.demo.reply import Part, Reply, Role, reply_of
from tui.demo.responses import ResponseWriter, tokens

CHARACTERS_PER_TOKEN = 4


class ScriptedGameModel(Model):
    """One agent's model. Reads the ``input`` of each call and answers by `tui.demo.reply`.

    The same ``seed`` and the same input give the same answer, so that an attempt that follows a
    broken one says the same again. When the input ends with a part of the answer as an assistant
    message, only the rest is said.
    """

    scripted: ClassVar[bool] = True
    model: ClassVar[str] = "scripted"
    """The name that is shown, where other Model classes keep theirs."""

    def __init__(self, role: Role, *, seed: int, pace: Pace) -> None:
        self._role = role
        self._seed = seed
        self._pace = pace
        self._ids = Random(f"{seed}|{role}")  # noqa: S311 -- names, not secrets
        self._attempts: dict[tuple[int, str], int] = {}

    async def stream_response(  # noqa: PLR0917 -- the SDK's signature
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 -- the SDK's name
        model_settings: ModelSettings,  # noqa: ARG002
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,  # noqa: ARG002
        handoffs: list[Handoff[Any, Any]],
        tracing: ModelTracing,  # noqa: ARG002
        **_server_state: object,
    ) -> AsyncIterator[ResponseStreamEvent]:
        """Stream one response, or raise what the openai client would."""
        conversation = read(input)
        reply = reply_of(self._part(conversation, tools, handoffs))
        turn = (len(conversation.prompts), conversation.prompt)
        act = self._next_act(reply, turn)
        length = len(system_instructions or "") + conversation.characters
        size = 1 + length // CHARACTERS_PER_TOKEN if act.usage else None
        async for event in self._perform(_unsaid(reply, conversation.spoken), act, size):
            if isinstance(event, ResponseCompletedEvent):
                self._attempts.pop(turn, None)
            yield event

    async def get_response(  # noqa: PLR0917 -- the SDK's signature
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 -- the SDK's name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff[Any, Any]],
        tracing: ModelTracing,
        **_server_state: object,
    ) -> ModelResponse:
        """Give the same response in one piece, after the same time."""
        last: ResponseStreamEvent | None = None
        async for event in self.stream_response(
            system_instructions, input, model_settings, tools, output_schema, handoffs, tracing
        ):
            last = event
        if not isinstance(last, ResponseCompletedEvent):
            raise ModelBehaviorError(f"The answer ended with {last.type if last else 'nothing'}")
        response = last.response
        return ModelResponse(response.output, _usage(response), response_id=response.id)

    def _part(
        self,
        conversation: Conversation,
        tools: Sequence[Tool],
        handoffs: Sequence[Handoff[Any, Any]],
    ) -> Part:
        chance = (self._seed, self._role, len(conversation.prompts), len(conversation.now))
        return Part(
            role=self._role,
            conversation=conversation,
            random=Random(f"{chance}|{conversation.prompt}"),  # noqa: S311 -- choice of words
            handoff=handoffs[0].tool_name if handoffs else "",
            tools=frozenset(tool.name for tool in tools),
        )

    def _next_act(self, reply: Reply, turn: tuple[int, str]) -> Act:
        scene = SCENES.get(reply.fault)
        if scene is None:
            return ALL_WELL
        self._attempts[turn] = self._attempts.get(turn, 0) + 1
        return scene.act(self._attempts[turn])

    async def _perform(
        self, reply: Reply, act: Act, input_tokens: int | None
    ) -> AsyncIterator[ResponseStreamEvent]:
        pace = self._pace.stream()
        await pace.connection()
        if act.error and act.after is None:
            raise act.error()
        writer = ResponseWriter(self.model, self._new_id, created_at=time.time())
        for event in writer.begin():
            yield event
        await pace.silence(act.wait)
        await pace.first_token()
        said = 0
        for event in _events(writer, reply, act):
            if isinstance(event, ResponseTextDeltaEvent):
                said += 1
            if said == act.after and isinstance(event, ResponseTextDeltaEvent):
                yield event
                if act.error:
                    raise act.error()
                if act.ending in ("failed", "silent"):
                    break
                await pace.silence(act.silence)
                continue
            if getattr(event, "delta", ""):
                await pace.token()
            yield event
        for event in writer.end(act.ending, input_tokens=input_tokens):
            yield event

    def _new_id(self, kind: str) -> str:
        return f"{kind}_demo_{self._ids.getrandbits(64):016x}"


def _events(writer: ResponseWriter, reply: Reply, act: Act) -> Iterator[ResponseStreamEvent]:
    cut = act.ending in ("max_output_tokens", "content_filter")
    text = "".join(tokens(reply.text)[: act.after]) if cut else reply.text
    if reply.thought:
        yield from writer.reasoning(reply.thought)
    if text:
        yield from writer.message(text, refusal=reply.refusal, cut=cut)
    for call in reply.calls:
        yield from writer.call(call)


def _unsaid(reply: Reply, spoken: str) -> Reply:
    """Leave out what an earlier attempt has said; a mark at its end does not matter."""
    common = _common_length(reply.text, spoken)
    if not spoken or common * 2 < len(spoken):
        return reply
    rest = reply.text[common:]
    return Reply(rest or "…", calls=reply.calls, refusal=reply.refusal, fault=reply.fault)


def _common_length(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _usage(response: Response) -> Usage:
    usage = response.usage
    if usage is None:
        return Usage(requests=1)
    return Usage(
        requests=1,
        input_tokens=usage.input_tokens,
        input_tokens_details=usage.input_tokens_details,
        output_tokens=usage.output_tokens,
        output_tokens_details=usage.output_tokens_details,
        total_tokens=usage.total_tokens,
    )
