"""Agents on LiteLLM and any-llm: their answers, figures and failures.

With the packages when they are installed; without them, with a model that fails as theirs do.
"""

from pathlib import Path

import pytest

from tests.support.provider import (
    Answer,
    CloseAfter,
    ErrorEventAfter,
    HttpError,
    Provider,
    ResetBeforeHeaders,
    Step,
    ToolCall,
    context_too_long,
    quota_exhausted,
)
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.protocol.events import (
    AttemptFailed,
    AttemptFinished,
    ConnectionPhases,
    ModelCallStarted,
    ReasoningDelta,
    RetryScheduled,
    ToolFinished,
    UsageReported,
)
from tui.worker.failures.classify import attempt_problem

PACKAGES = {"LitellmModel": "litellm", "AnyLLMModel": "any_llm"}
AGENT = """
from agents import *
from agents.extensions.models.{module} import {kind}
@function_tool
def weather(city: str) -> str:
    return "sunny in " + city
settings = ModelSettings({settings})
agent = Agent(name="Other", tools=[weather], model={model}, model_settings=settings)
"""
LONG = "Hello there my friend, how are you on this fine day"
SLOW_DOWN = HttpError(
    status=429,
    message="Slow down",
    code="rate_limit_exceeded",
    headers={"Retry-After": "1", "x-request-id": "req_slow"},
)


@pytest.fixture(params=sorted(PACKAGES))
def kind(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(PACKAGES[request.param])
    return str(request.param)


def _worker(
    folder: Path, kind: str, provider: Provider, settings: str = "", model: str = ""
) -> WorkerProcess:
    api = ", api='chat_completions'" if kind == "AnyLLMModel" else ""
    made = f"{kind}('openai/gpt-x', base_url={provider.base_url!r}, api_key='k-123'{api})"
    module = "litellm_model" if kind == "LitellmModel" else "any_llm_model"
    text = AGENT.format(module=module, kind=kind, model=model or made, settings=settings)
    (folder / "other.py").write_text(text)
    env = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "OPENAI_BASE_URL": provider.base_url}
    return WorkerProcess(agent="other.py:agent", cwd=folder, env=env, backoff_base=0.01)


def test_an_answer_with_two_tools_reasoning_and_counts(
    kind: str, provide: StartProvider, tmp_path: Path
) -> None:
    calls = [ToolCall("weather", {"city": "A"}), ToolCall("weather", {"city": "B"})]
    provider = provide(Answer(tool_calls=calls), Answer("Sunny", reasoning=["I think"]))
    host = provider.base_url.removeprefix("http://").removesuffix("/v1")
    with _worker(tmp_path, kind, provider) as worker:
        assert (worker.loaded().api, worker.loaded().host) == ("chat", host)
        assert worker.say("hi").output == "Sunny"
        assert [one.output for one in worker.all(ToolFinished)] == ["sunny in A", "sunny in B"]
        assert "".join(one.text for one in worker.all(ReasoningDelta)) == "I think"
        assert [(one.input, one.output) for one in worker.all(UsageReported)] == [(10, 6), (10, 2)]
        assert {one.host for one in worker.all(ModelCallStarted)} == {host}
        reasons = [one.finish_reason for one in worker.all(AttemptFinished)]
        phases = len(worker.all(ConnectionPhases))
    assert reasons == ["tool_calls", "stop"]
    # LiteLLM's HTTP client cannot be watched: nothing is measured rather than something else.
    assert phases == (0 if kind == "LitellmModel" else 2)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (SLOW_DOWN, ("rate_limit", "rate_limit_exceeded", 429, "Too many requests: Slow down")),
        (ResetBeforeHeaders(), ("network", "ConnectionResetError", None, "The connection to")),
        (Answer(LONG, fault=CloseAfter(3)), ("network", "incomplete", None, "The answer from")),
        (Answer(LONG, fault=ErrorEventAfter(3)), ("server", "server_error", None, "The server")),
    ],
    ids=["429", "reset", "cut", "error in the stream"],
)
def test_a_failure_is_told_as_the_server_sent_it_and_tried_again_once(
    step: Step,
    expected: tuple[str, str, int | None, str],
    kind: str,
    provide: StartProvider,
    tmp_path: Path,
) -> None:
    provider = provide(step, Answer("at last"))
    own = "extra_args={'num_retries': 2, 'max_retries': 2}" if kind == "LitellmModel" else ""
    with _worker(tmp_path, kind, provider, own) as worker:
        assert worker.say("hi").output.endswith("at last")
        problems = [one.problem for one in worker.all(AttemptFailed)]
        waits = [one.delay for one in worker.all(RetryScheduled)]
        printed = worker.printed
    told = [(one.kind, one.code, one.status) for one in problems]
    assert told == [expected[:3]]
    assert problems[0].message.startswith(expected[3])
    assert waits[0] >= (1 if step is SLOW_DOWN else 0)
    # No retries beside ours, and no advertisement on the screen.
    assert len(provider.requests) == 2
    assert printed == b""


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (quota_exhausted(), ("insufficient_quota", "never")),
        (context_too_long(), ("context_length_exceeded", "manual")),
    ],
)
def test_what_a_retry_cannot_help_ends_the_turn(
    step: Step, expected: tuple[str, str], kind: str, provide: StartProvider, tmp_path: Path
) -> None:
    provider = provide(step)
    with _worker(tmp_path, kind, provider) as worker:
        problem = worker.say("hi").problem
    assert problem is not None
    assert (problem.code, problem.retry) == expected
    assert len(provider.requests) == 1


@pytest.mark.parametrize("prefix", ["litellm", "any-llm"])
def test_the_prefix_of_a_model_name_chooses_the_package(
    prefix: str, provide: StartProvider, tmp_path: Path
) -> None:
    kind = "LitellmModel" if prefix == "litellm" else "AnyLLMModel"
    pytest.importorskip(PACKAGES[kind])
    provider = provide(Answer("by prefix"))
    with _worker(tmp_path, kind, provider, model=f"'{prefix}/openai/gpt-x'") as worker:
        assert worker.say("hi").output == "by prefix"
        call = worker.all(ModelCallStarted)[0]
    assert (call.model, call.provider) == ("openai/gpt-x", "openai")


# Without the packages


class LitellmError(Exception):
    """As LiteLLM's exceptions are."""

    def __init__(self, message: str, **more: object) -> None:
        super().__init__(message)
        self.message, self.llm_provider, self.model = message, "anthropic", "claude"
        vars(self).update(more)


class ContextWindowExceededError(LitellmError):
    pass


class AnyLlmError(Exception):
    """As any-llm's exceptions are."""

    def __init__(self, message: str, original: Exception | None = None, **more: object) -> None:
        super().__init__(message)
        self.message, self.original_exception, self.provider_name = message, original, "mistral"
        vars(self).update(more)


class ContentFilterError(AnyLlmError):
    pass


class MissingApiKeyError(AnyLlmError):
    pass


WAIT = {"Retry-After": "7", "x-request-id": "req_9"}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            LitellmError(
                "litellm.RateLimitError: AnthropicException - Slow down",
                status_code=429,
                litellm_response_headers=WAIT,
            ),
            ("rate_limit", "Too many requests: Slow down", "automatic", 429, 7.0, "req_9"),
        ),
        (
            LitellmError("litellm.InternalServerError: It broke", status_code="500"),
            ("server", "The server failed: It broke", "automatic", 500, None, ""),
        ),
        (
            ContextWindowExceededError("litellm.BadRequestError: 9 > 8", status_code=400),
            (
                "agent",
                "The conversation is too long for this model: 9 > 8",
                "manual",
                400,
                None,
                "",
            ),
        ),
        (
            AnyLlmError("Slow down", status_code=429, retry_after="3"),
            ("rate_limit", "Too many requests: Slow down", "automatic", 429, 3.0, ""),
        ),
        (
            ContentFilterError("Blocked", status_code=400),
            (
                "guardrail",
                "The provider's content filter refused this: Blocked",
                "never",
                400,
                None,
                "",
            ),
        ),
        (
            AnyLlmError("wrapped", original=UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")),
            ("server", "the host sent a malformed stream.", "automatic", None, None, ""),
        ),
    ],
)
def test_wrapped_errors_are_read_by_their_attributes(
    error: Exception, expected: tuple[object, ...]
) -> None:
    problem = attempt_problem(error, host="the host", shown=False)
    told = (problem.kind, problem.message, problem.retry, problem.status)
    assert (*told, problem.retry_after, problem.request_id) == expected


def test_a_missing_key_names_its_provider() -> None:
    error = MissingApiKeyError("No mistral API key provided.")
    problem = attempt_problem(error, host="", shown=False)
    assert (problem.kind, problem.retry) == ("auth", "manual")
    assert problem.advice == "Set or check the API key for mistral."


OWN_MODEL = """
from agents import *
from openai.types.responses import Response, ResponseCompletedEvent
class RateLimitError(Exception):
    status_code, message = "429", "litellm.RateLimitError: Slow down"
    def __init__(self):
        self.llm_provider, self.model = "anthropic", "claude"
        self.litellm_response_headers = {"retry-after": "0.05"}
class Own(Model):
    model, base_url, failed = "anthropic/claude", "http://me:secret@gateway.test:4000/v1", False
    async def get_response(self, *args, **kwargs): raise NotImplementedError
    async def stream_response(self, *args, **kwargs):
        if not self.failed:
            self.failed = True
            raise RateLimitError
        item = {"type": "message", "id": "m", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": "at last", "annotations": []}]}
        done = Response.model_validate({"id": "r", "created_at": 0, "model": "claude",
            "object": "response", "output": [item], "tool_choice": "auto", "tools": [],
            "parallel_tool_calls": True})
        yield ResponseCompletedEvent(type="response.completed", sequence_number=0, response=done)
agent = Agent(name="Own", model=Own())
"""


def test_a_model_of_that_shape_is_named_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN_MODEL)
    with WorkerProcess(agent="own.py:agent", cwd=tmp_path, backoff_base=0.01) as worker:
        assert worker.say("hi").output == "at last"
        call, failed = worker.all(ModelCallStarted)[0], worker.all(AttemptFailed)[0]
        assert (call.model, call.host) == ("anthropic/claude", "gateway.test:4000")
        assert failed.problem.message == "Too many requests: Slow down"
        assert worker.all(RetryScheduled)[0].delay >= 0.05
        assert worker.all(ConnectionPhases) == []
