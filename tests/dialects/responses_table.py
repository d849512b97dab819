"""How servers speak the Responses API. Each row says where its habits are known from."""

from tests.dialects.responses_speech import (
    ResponsesDialect,
    counting_content,
    other_ids_at_the_end,
    thinking_as_its_own_secret,
    without,
)
from tests.dialects.turn import Counts, Failure
from tests.support.provider import Usage

USAGE = Usage(input=120, output=30, cached=64, reasoning=20)
UNDETAILED = Usage(input=120, output=30)
FAILED = (
    "event: response.failed\n"
    'data: {"type": "response.failed", "response": {"id": "resp_1", "object": "response", '
    '"created_at": 1764000000, "status": "failed", "error": {"code": "server_error", "message": '
    '"The model failed."}, "output": [], "model": "m", "tools": [], "tool_choice": "auto", '
    '"parallel_tool_calls": true}}\n\n'
)
SERVER_FAILED = Failure(kind="server", code="server_error", words="The model failed.")

RESPONSES = [
    ResponsesDialect(
        name="OpenAI",
        facts="OpenAI's reference of the Responses API",
        usage=USAGE,
        counts=Counts(120, 30, 64, 20),
        error='event: error\ndata: {"type": "error", "code": "rate_limit_exceeded", "message": '
        '"Rate limit reached for gpt-5.", "param": null, "sequence_number": 7}\n\n',
        failure=Failure(
            kind="rate_limit", code="rate_limit_exceeded", words="Rate limit reached for gpt-5."
        ),
    ),
    ResponsesDialect(
        name="Azure OpenAI",
        facts="recorded in vercel/ai, azure/src/__fixtures__",
        named=False,
        usage=USAGE,
        counts=Counts(120, 30, 64, 20),
        error=FAILED,
        failure=SERVER_FAILED,
    ),
    ResponsesDialect(
        name="OpenRouter",
        facts="recorded in pydantic/pydantic-ai, cassettes/test_openai_responses, raw_cot_stream",
        reasoning="text",
        named=False,
        before=": OPENROUTER PROCESSING\n\n" * 2,
        keep_alive=": OPENROUTER PROCESSING\n\n",
        after="data: [DONE]\n\n",
        changes=(other_ids_at_the_end,),
        usage=USAGE,
        counts=Counts(120, 30, 64, 20),
        error='data: {"error": {"code": 502, "message": "Network connection lost.", "metadata": '
        '{"error_type": "provider_unavailable"}}}\n\n',
        failure=Failure(kind="server", code="502", words="Network connection lost."),
    ),
    ResponsesDialect(
        name="Groq",
        facts="Groq's page on the Responses API",
        reasoning="text",
        whole_arguments=True,
        usage=UNDETAILED,
        counts=Counts(120, 30, 0, 0),
        error=FAILED,
        failure=SERVER_FAILED,
    ),
    ResponsesDialect(
        name="Ollama",
        facts="ollama/ollama openai/responses.go: no summary parts, whole arguments; an error in "
        "mid-stream becomes nothing, and the stream ends (middleware/openai.go)",
        whole_arguments=True,
        changes=(
            without(
                "response.reasoning_summary_part.added", "response.reasoning_summary_part.done"
            ),
            thinking_as_its_own_secret,
        ),
        usage=UNDETAILED,
        counts=Counts(120, 30, 0, 0),
        error="",
        failure=Failure(kind="network", code="incomplete", words="ended early"),
    ),
    ResponsesDialect(
        name="vLLM",
        facts="vllm-project/vllm pull request 35184: the content's index grows with each delta",
        reasoning="text",
        changes=(without("response.reasoning_text.done"), counting_content),
        usage=UNDETAILED,
        counts=Counts(120, 30, 0, 0),
        error='data: {"error": {"message": "EngineCore encountered an issue.", "type": '
        '"InternalServerError", "param": null, "code": 500}}\n\n',
        failure=Failure(kind="server", code="500", words="EngineCore encountered an issue."),
    ),
    ResponsesDialect(
        name="vLLM without a parser",
        facts="vllm-project/vllm issue 13125: the template writes the first tag",
        reasoning="",
        thought_in_words="\n</think>\n\n",
        usage=UNDETAILED,
        counts=Counts(120, 30, 0, 0),
        error=FAILED,
        failure=SERVER_FAILED,
    ),
    ResponsesDialect(
        name="llama.cpp",
        facts="ggml-org/llama.cpp, tools/server/server-task.cpp: no numbers, no indexes",
        reasoning="text",
        sparse=True,
        usage=UNDETAILED,
        counts=Counts(120, 30, 0, 0),
        error='data: {"error": {"code": 500, "message": "Context size has been exceeded.", "type": '
        '"server_error"}}\n\n',
        failure=Failure(kind="server", code="500", words="Context size has been exceeded."),
    ),
    ResponsesDialect(
        name="LM Studio",
        facts="recorded in vercel/ai, open-responses/src/responses/__fixtures__/lmstudio-*",
        reasoning="text",
        usage=UNDETAILED,
        counts=Counts(120, 30, 0, 0),
        error='event: error\ndata: {"error": {"message": "Compute error."}, "message": "Compute '
        'error."}\n\n',
        failure=Failure(kind="server", code="", words="Compute error."),
    ),
]
