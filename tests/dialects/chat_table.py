"""How servers speak Chat Completions. Each row says where its habits are known from."""

from collections.abc import Mapping

from tests.dialects.chat_speech import ChatDialect, nameless, streamed, whole
from tests.dialects.turn import Counts, Failure

CREATED = 1_764_000_000
SAFE = {"hate": {"filtered": False, "severity": "safe"}}


def base(id_: str, model: str, **more: object) -> Mapping[str, object]:
    return {
        "id": id_, "object": "chat.completion.chunk", "created": CREATED, "model": model, **more,
    }  # fmt: skip


def counted(**details: object) -> Mapping[str, object]:
    return {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150, **details}


SERVER_ERROR = Failure(kind="server", code="server_error", words="had an error")

CHAT = [
    ChatDialect(
        name="OpenAI",
        facts="recorded in coder/coder, aibridge/fixtures/openai/chatcompletions",
        base=base("chatcmpl-1", "gpt-5", service_tier="default", usage=None, obfuscation="x"),
        opening={"role": "assistant", "content": None, "refusal": None},
        choice={"logprobs": None},
        calls=streamed,
        usage=counted(
            prompt_tokens_details={"cached_tokens": 64, "audio_tokens": 0},
            completion_tokens_details={"reasoning_tokens": 20, "audio_tokens": 0},
        ),
        counts=Counts(120, 30, 64, 20),
        error='data: {"error": {"message": "The server had an error while processing your request.'
        ' Sorry about that!", "type": "server_error", "param": null, "code": null}}\n\n',
        failure=SERVER_ERROR,
    ),
    ChatDialect(
        name="Azure OpenAI",
        facts="recorded in vercel/ai, openai/src/chat/__fixtures__/azure-model-router.1; the chunk "
        "without a delta: Microsoft's page on content streaming, asynchronous filter",
        base=base("chatcmpl-1", "gpt-5-nano", system_fingerprint=None, usage=None),
        before='data: {"choices":[],"created":0,"id":"","model":"","object":"",'
        '"prompt_filter_results":[{"prompt_index":0,"content_filter_results":'
        '{"jailbreak":{"filtered":false,"detected":false}}}]}\n\n',
        keep_alive='data: {"id":"","object":"","created":0,"model":"","choices":[{"index":0,'
        '"finish_reason":null,"content_filter_results":{"hate":{"filtered":false,'
        '"severity":"safe"}},"content_filter_offsets":{"check_offset":0,"start_offset":0,'
        '"end_offset":9}}],"usage":null}\n\n',
        opening={"role": "assistant", "content": "", "refusal": None},
        choice={"logprobs": None, "content_filter_results": SAFE},
        calls=streamed,
        usage=counted(
            prompt_tokens_details={"cached_tokens": 0, "audio_tokens": 0},
            completion_tokens_details={"reasoning_tokens": 20},
        ),
        counts=Counts(120, 30, 0, 20),
        error='data: {"error": {"message": "The server had an error processing your request. Sorry '
        'about that! You can retry your request.", "type": "server_error", "param": null, "code": '
        "null}}\n\n",
        failure=SERVER_ERROR,
    ),
    ChatDialect(
        name="OpenRouter",
        facts="recorded in pydantic/pydantic-ai, cassettes/test_openrouter; the error: "
        "OpenRouterTeam/ai-sdk-provider issue 440 and OpenRouter's page on streaming",
        base=base("gen-1", "anthropic/claude-sonnet-4.5", provider="Google"),
        before=": OPENROUTER PROCESSING\n\n" * 3,
        keep_alive=": OPENROUTER PROCESSING\n\n",
        opening={"role": "assistant", "content": "", "reasoning": None, "reasoning_details": []},
        thought=lambda thought: {
            "role": "assistant", "content": "", "reasoning": thought,
            "reasoning_details": [{"type": "reasoning.text", "text": thought, "index": 0,
                                   "format": "anthropic-claude-v1"}],
        },
        word=lambda word: {"role": "assistant", "content": word, "reasoning": None},
        choice={"native_finish_reason": None, "logprobs": None},
        calls=streamed,
        ending={"role": "assistant", "content": ""},
        usage=counted(
            cost=0.01, is_byok=False, prompt_tokens_details={"cached_tokens": 0},
            completion_tokens_details={"reasoning_tokens": 11, "image_tokens": 0},
        ),
        usage_in="ending",
        counts=Counts(120, 30, 0, 11),
        error='data: {"id": "gen-1", "provider": "Google", "error": {"code": 502, "message": '
        '"Network connection lost.", "metadata": {"error_type": "provider_unavailable"}}, '
        '"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": ""}, '
        '"finish_reason": "error"}]}\n\n',
        failure=Failure(kind="server", code="502", words="Network connection lost."),
    ),
    ChatDialect(
        name="OpenRouter, details only",
        facts="OpenRouter's page on reasoning tokens: summaries and encrypted blocks",
        base=base("gen-1", "openai/gpt-5", provider="OpenAI"),
        opening={"role": "assistant", "content": ""},
        thought=lambda thought: {
            "role": "assistant", "content": "", "reasoning": None,
            "reasoning_details": [
                {"type": "reasoning.summary", "summary": thought, "index": 0},
                {"type": "reasoning.encrypted", "data": "gAAAAAB", "index": 1},
            ],
        },
        calls=whole(index="counted", together=True),
        usage=counted(prompt_tokens_details=None),
        counts=Counts(120, 30),
        error='data: {"error": {"code": 429, "message": "Rate limit exceeded: free models per '
        'minute", "metadata": {"provider_name": "OpenAI"}}}\n\n',
        failure=Failure(kind="rate_limit", code="429", words="Rate limit exceeded"),
    ),
    ChatDialect(
        name="OpenRouter, encrypted",
        facts="OpenRouter's page on reasoning tokens: a model whose reasoning cannot be read",
        base=base("gen-1", "openai/o3", provider="OpenAI"),
        opening={
            "role": "assistant", "content": "", "reasoning": None,
            "reasoning_details": [{"type": "reasoning.encrypted", "data": "gAAAAAB", "index": 0}],
        },
        shown_thought="encrypted: 7 characters, which only the server can read",
        calls=whole(index="counted", together=True),
        usage=None,
        counts=Counts(),
        error='data: {"error": {"code": 402, "message": "Insufficient credits."}}\n\n',
        failure=Failure(
            kind="rate_limit", code="402", words="Insufficient credits.", retry="never"
        ),
    ),
    ChatDialect(
        name="DeepSeek",
        facts="recorded in vercel/ai, deepseek/src/chat/__fixtures__; comments and finish reasons: "
        "DeepSeek's pages on rate limits and on chat completions",
        base=base("cca85624", "deepseek-reasoner", system_fingerprint="fp_1", usage=None),
        before=": keep-alive\n\n",
        opening={"role": "assistant", "content": None, "reasoning_content": ""},
        thought=lambda thought: {"content": None, "reasoning_content": thought},
        word=lambda word: {"content": word, "reasoning_content": None},
        choice={"logprobs": None},
        calls=streamed,
        ending={"content": "", "reasoning_content": None},
        usage=counted(
            prompt_tokens_details={"cached_tokens": 64},
            completion_tokens_details={"reasoning_tokens": 20},
            prompt_cache_hit_tokens=64, prompt_cache_miss_tokens=56,
        ),
        usage_in="ending",
        counts=Counts(120, 30, 64, 20),
        error='data: {"id": "cca85624", "object": "chat.completion.chunk", "choices": [{"index": '
        '0, "delta": {"content": ""}, "finish_reason": "insufficient_system_resource"}]}\n\n',
        failure=Failure(
            kind="server", code="insufficient_system_resource", words="insufficient_system_resource"
        ),
    ),
    ChatDialect(
        name="Groq",
        facts="recorded in vercel/ai, groq/src/__fixtures__; the error: Groq's page on tool use",
        base=base("chatcmpl-1", "qwen/qwen3-32b", system_fingerprint="fp_1"),
        opening={"role": "assistant", "content": None},
        thought=lambda thought: {"reasoning": thought},
        choice={"logprobs": None},
        calls=whole(index="counted", together=True),
        usage=counted(queue_time=0.04, completion_tokens_details={"reasoning_tokens": 20}),
        usage_in="x_groq",
        counts=Counts(120, 30, None, 20),
        error='event: error\ndata: {"error": {"message": "Failed to call a function. Please adjust '
        'your prompt.", "type": "invalid_request_error", "code": "tool_use_failed", '
        '"failed_generation": "<function>", "status_code": 400}}\n\n',
        failure=Failure(
            kind="agent", code="tool_use_failed", words="Failed to call a function", retry="manual"
        ),
    ),
    ChatDialect(
        name="Mistral",
        facts="recorded in vercel/ai, mistral/src/__fixtures__: no index, no type, lists; "
        "the error: mistral-error.ts there, without an ``error`` around it",
        base=base("b3999b8c", "magistral-medium-2507"),
        opening={"role": "assistant", "content": ""},
        thought=lambda thought: {
            "content": [{"type": "thinking", "thinking": [{"type": "text", "text": thought}]}]
        },
        after_thinking=lambda word: {"content": [{"type": "text", "text": word}]},
        ids=("gSIMJiO", "kT81abc"),
        choice={"logprobs": None},
        calls=whole(index="missing", together=True, typed=False),
        ending={"content": ""},
        ends_with_calls=True,
        usage=counted(),
        usage_in="ending",
        counts=Counts(120, 30),
        error='data: {"object": "error", "message": "Service unavailable.", "type": '
        '"service_unavailable", "param": null, "code": "1100"}\n\n',
        failure=Failure(kind="server", code="service_unavailable", words="Service unavailable."),
    ),
    ChatDialect(
        name="Gemini",
        facts="open-webui/computer issue 224, NousResearch/hermes-agent issue 62937: no index, "
        "`stop` after calls; thoughts between tags with a flag: Google's page on compatibility",
        base={"object": "chat.completion.chunk", "created": CREATED, "model": "gemini-2.5-flash"},
        thought=lambda thought: {
            "role": "assistant", "content": thought.replace("I need", "<thought>I need").replace(
                "Now", "<thought>Now"),
            "extra_content": {"google": {"thought": True}},
        },
        after_thinking=lambda word: {"role": "assistant", "content": f"</thought>{word}"},
        word=lambda word: {"role": "assistant", "content": word},
        ids=("function-call-1", "function-call-2"),
        open_reason={},
        calls=whole(index="missing", together=False),
        ending={"role": "assistant"},
        calls_reason="stop",
        usage=counted(),
        usage_in="every chunk",
        counts=Counts(120, 30),
        error='data: {"error": {"code": 503, "message": "The model is overloaded. Please try again '
        'later.", "status": "UNAVAILABLE"}}\n\n',
        failure=Failure(kind="server", code="503", words="The model is overloaded."),
    ),
    ChatDialect(
        name="Gemini, index 0",
        facts="NousResearch/hermes-agent issue 62937: the index is not counted up",
        base={"object": "chat.completion.chunk", "model": "gemini-3-flash"},
        ids=("", ""),
        word=lambda word: {"role": "assistant", "content": word},
        calls=whole(index="always 0", together=False),
        calls_reason="stop",
        usage=None,
        counts=Counts(),
        error='data: {"error": {"code": 429, "message": "You exceeded your current quota.", '
        '"status": "RESOURCE_EXHAUSTED"}}\n\n',
        failure=Failure(kind="rate_limit", code="429", words="You exceeded your current quota."),
        done=False,
    ),
    ChatDialect(
        name="Ollama",
        facts="ollama/ollama openai/openai.go and middleware/openai.go: an error in mid-stream "
        "becomes an empty chunk, and the stream ends",
        base=base("chatcmpl-1", "qwen3", system_fingerprint="fp_ollama"),
        opening={"role": "assistant", "content": ""},
        thought=lambda thought: {"content": "", "reasoning": thought},
        calls=whole(index="counted", together=True),
        usage=counted(),
        counts=Counts(120, 30),
        error='data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": '
        '1764000000, "model": "", "choices": [{"index": 0, "delta": {"content": ""}, '
        '"finish_reason": null}]}\n\n',
        failure=Failure(kind="network", code="incomplete", words="ended early"),
        done=False,
    ),
    ChatDialect(
        name="vLLM",
        facts="vllm-project/vllm, entrypoints/openai: chat_completion and engine/serving.py; "
        "usage in each chunk: `continuous_usage_stats`; both names while the field was renamed",
        base=base("chatcmpl-1", "Qwen/Qwen3-8B"),
        opening={"role": "assistant", "content": ""},
        thought=lambda thought: {"reasoning": thought, "reasoning_content": thought},
        ids=("chatcmpl-tool-9f1", "chatcmpl-tool-77c"),
        choice={"logprobs": None, "token_ids": None},
        calls=streamed,
        usage=counted(prompt_tokens_details=None),
        usage_in="every chunk",
        counts=Counts(120, 30),
        error='data: {"error": {"message": "EngineCore encountered an issue.", "type": '
        '"InternalServerError", "param": null, "code": 500}}\n\n',
        failure=Failure(kind="server", code="500", words="EngineCore encountered an issue."),
    ),
    ChatDialect(
        name="vLLM without a parser",
        facts="vllm-project/vllm issue 13125: the template writes the first tag",
        base=base("chatcmpl-1", "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"),
        opening={"role": "assistant", "content": ""},
        thought=lambda thought: {"content": thought},
        after_thinking=lambda word: {"content": f"\n</think>\n\n{word}"},
        calls=streamed,
        usage=counted(),
        counts=Counts(120, 30),
        error='data: {"error": {"object": "error", "message": "Internal Server Error", "type": '
        '"InternalServerError", "param": null, "code": 500}}\n\n',
        failure=Failure(kind="server", code="500", words="Internal Server Error"),
    ),
    ChatDialect(
        name="llama.cpp",
        facts="ggml-org/llama.cpp, tools/server: server-task.cpp and server-common.cpp; usage "
        "beside the finish reason: before its pull request 15444",
        base=base("chatcmpl-1", "gpt-oss:20b", system_fingerprint="b6881"),
        opening={"role": "assistant", "content": None},
        thought=lambda thought: {"reasoning_content": thought},
        ids=("ChR4nd0m", "ChR4nd1m"),
        calls=streamed,
        usage=counted(),
        usage_in="ending",
        counts=Counts(120, 30),
        error='data: {"error": {"code": 500, "message": "Context size has been exceeded.", "type": '
        '"server_error"}}\n\n',
        failure=Failure(kind="server", code="500", words="Context size has been exceeded."),
    ),
    ChatDialect(
        name="LM Studio",
        facts="lmstudio-ai/lmstudio-bug-tracker issue 649: later pieces have an empty name; the "
        "error: zendev-sh/goai pull request 110",
        base=base("chatcmpl-1", "qwen3-30b-a3b", system_fingerprint="qwen3-30b-a3b"),
        thought=lambda thought: {
            "role": "assistant",
            "content": thought.replace("I need", "<think>\nI need").replace("Now", "<think>\nNow"),
        },
        after_thinking=lambda word: {"role": "assistant", "content": f"</think>\n\n{word}"},
        word=lambda word: {"role": "assistant", "content": word},
        ids=("36517448", "20253067"),
        choice={"logprobs": None},
        calls=nameless,
        usage=None,
        counts=Counts(),
        error='event: error\ndata: {"error": {"message": "Compute error."}, "message": "Compute '
        'error."}\n\n',
        failure=Failure(kind="server", code="", words="Compute error."),
    ),
]  # fmt: skip
