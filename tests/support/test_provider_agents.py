"""The provider under the Agents SDK: whole turns with tools, on both APIs."""

from collections.abc import AsyncIterator, Callable

import pytest
from agents import (
    Agent,
    Model,
    ModelRefusalError,
    ModelRetrySettings,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RunConfig,
    Runner,
    RunResultStreaming,
    function_tool,
)
from openai import APIConnectionError, AsyncOpenAI, RateLimitError

from tests.support.provider import (
    Answer,
    Provide,
    Provider,
    RequestRecord,
    ResetAfter,
    Step,
    ToolCall,
    rate_limited,
)
from tests.support.provider.openai_client import client_of

NO_RETRIES = RunConfig(
    tracing_disabled=True,
    model_settings=ModelSettings(retry=ModelRetrySettings(max_retries=0)),
)


@function_tool
def roll_dice(sides: int) -> str:
    return f"rolled {sides - 3}"


@function_tool
def flip_coin() -> str:
    return "heads"


def game_master(request: RequestRecord) -> Step:
    """Two parallel tool calls, and then an answer with what they returned."""
    if not request.tool_outputs:
        calls = [ToolCall("roll_dice", {"sides": 20}), ToolCall("flip_coin")]
        return Answer("Rolling.", reasoning=["Which", " tools?"], tool_calls=calls)
    return Answer("You have " + " and ".join(request.tool_outputs.values()))


@pytest.fixture(params=["responses", "chat"])
async def model_of(request: pytest.FixtureRequest) -> AsyncIterator[Callable[[Provider], Model]]:
    clients: list[AsyncOpenAI] = []

    def make(provider: Provider) -> Model:
        clients.append(client_of(provider))
        if request.param == "chat":
            return OpenAIChatCompletionsModel("m", openai_client=clients[-1])
        return OpenAIResponsesModel("m", openai_client=clients[-1])

    yield make
    for client in clients:
        await client.close()


async def deltas(result: RunResultStreaming) -> str:
    text = ""
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            text += event.data.delta
    return text


async def test_parallel_tools_and_a_second_turn_use_one_connection(
    provide: Provide, model_of: Callable[[Provider], Model]
) -> None:
    provider = provide(route=game_master)
    agent = Agent("gm", model=model_of(provider), tools=[roll_dice, flip_coin])
    result = Runner.run_streamed(agent, "play", run_config=NO_RETRIES)
    assert await deltas(result) == "Rolling.You have rolled 17 and heads"
    assert result.final_output == "You have rolled 17 and heads"
    history = [*result.to_input_list(), {"role": "user", "content": "again"}]
    again = Runner.run_streamed(agent, history, run_config=NO_RETRIES)  # type: ignore[arg-type]
    assert (await deltas(again)).startswith("Rolling.You have rolled 17")
    assert len(provider.requests) == 4
    assert {request.connection_id for request in provider.requests} == {1}
    assert provider.requests[0].tool_names == ["roll_dice", "flip_coin"]
    assert provider.requests[3].last_user_text == "again"


async def test_responses_conversations_of_the_sdk_are_valid(provide: Provide) -> None:
    provider = provide(route=game_master, strict=True)
    async with client_of(provider) as client:
        model = OpenAIResponsesModel("m", openai_client=client)
        agent = Agent("gm", instructions="Be fair.", model=model, tools=[roll_dice, flip_coin])
        result = Runner.run_streamed(agent, "play", run_config=NO_RETRIES)
        assert await deltas(result)
    assert provider.problems == []
    assert provider.requests[1].instructions == "Be fair."
    usage = result.context_wrapper.usage
    assert (usage.requests, usage.input_tokens) == (2, 20)
    sent = sum(len(request.delta_times) for request in provider.requests)
    assert usage.output_tokens == sent


async def test_refusals_reach_the_sdk(
    provide: Provide, model_of: Callable[[Provider], Model]
) -> None:
    agent = Agent("gm", model=model_of(provide(Answer(refusal="I will not."))))
    result = Runner.run_streamed(agent, "play", run_config=NO_RETRIES)
    with pytest.raises(ModelRefusalError, match="I will not"):
        await deltas(result)


async def test_nested_agents_are_distinguished_by_their_instructions(
    provide: Provide, model_of: Callable[[Provider], Model]
) -> None:
    def route(request: RequestRecord) -> Step:
        if request.instructions == "You are the oracle.":
            return Answer(f"Fate says yes to: {request.last_user_text}")
        if request.tool_outputs:
            return Answer("; ".join(request.tool_outputs.values()))
        return Answer(tool_calls=[ToolCall("ask_oracle", {"input": "shall I?"})])

    provider = provide(route=route)
    model = model_of(provider)
    oracle = Agent("oracle", instructions="You are the oracle.", model=model)
    tool = oracle.as_tool("ask_oracle", "Ask the oracle")
    agent = Agent("gm", instructions="You are the master.", model=model, tools=[tool])
    result = Runner.run_streamed(agent, "go", run_config=NO_RETRIES)
    assert await deltas(result) == "Fate says yes to: shall I?"
    assert [request.streams for request in provider.requests] == [True, False, True]


async def test_a_rate_limit_reaches_the_sdk_after_one_request(
    provide: Provide, model_of: Callable[[Provider], Model]
) -> None:
    provider = provide(rate_limited(1))
    agent = Agent("gm", model=model_of(provider))
    with pytest.raises(RateLimitError):
        await deltas(Runner.run_streamed(agent, "play", run_config=NO_RETRIES))
    assert len(provider.requests) == 1


async def test_a_reset_reaches_the_sdk_as_a_connection_error(
    provide: Provide, model_of: Callable[[Provider], Model]
) -> None:
    provider = provide(Answer("one two three", fault=ResetAfter(2)))
    agent = Agent("gm", model=model_of(provider))
    with pytest.raises(APIConnectionError):
        await deltas(Runner.run_streamed(agent, "play", run_config=NO_RETRIES))
    assert len(provider.requests) == 1
    assert len(provider.requests[0].delta_times) == 2
