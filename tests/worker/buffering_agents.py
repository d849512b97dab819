"""An agent whose provider buffers the deltas of calls; the test's server is in the environment."""

from agents import Agent, MultiProvider, RunConfig, function_tool


@function_tool
def add(a: int, b: int) -> int:
    return a + b


buffering = Agent(name="Buffering", tools=[add])
run_config = RunConfig(
    model_provider=MultiProvider(openai_use_responses=False, openai_buffer_streamed_tool_calls=True)
)
