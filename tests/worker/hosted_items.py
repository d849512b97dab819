"""What the provider sends for tools that it runs itself, as its streams were recorded."""

import base64
import struct
import zlib
from collections.abc import Mapping

from tests.support.provider import RawItem


def png(width: int, height: int) -> bytes:
    """A valid black picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        sum_ = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", sum_)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + bytes(width) for _ in range(height)))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def progress(kind: str, *statuses: str) -> list[tuple[str, Mapping[str, object]]]:
    return [(f"response.{kind}.{status}", {}) for status in statuses]


PICTURE, PREVIEW = png(64, 48), png(8, 6)

WEB = RawItem(
    {
        "id": "ws_1", "type": "web_search_call", "status": "completed",
        "action": {
            "type": "search", "query": "tides", "queries": ["tides", "moon"],
            "sources": [{"type": "url", "url": "https://tide.test/a"}],
        },
    },
    begun={"status": "in_progress", "action": {"type": "search"}},
    events=progress("web_search_call", "in_progress", "searching", "completed"),
)  # fmt: skip
WEB_WITHOUT_SOURCES = RawItem(
    {
        "id": "ws_2", "type": "web_search_call", "status": "completed",
        "action": {"type": "search", "query": "tides"},
    },
    begun={"status": "in_progress"},
)  # fmt: skip
OPEN_PAGE = RawItem(
    {
        "id": "ws_3", "type": "web_search_call", "status": "completed",
        "action": {"type": "open_page", "url": "https://tide.test/a"},
    },
    begun={"status": "in_progress"},
)  # fmt: skip
FIND = RawItem(
    {
        "id": "ws_4", "type": "web_search_call", "status": "completed",
        "action": {"type": "find_in_page", "url": "https://tide.test/a", "pattern": "ebb"},
    },
    begun={"status": "in_progress"},
)  # fmt: skip
FILES = RawItem(
    {
        "id": "fs_1", "type": "file_search_call", "status": "completed", "queries": ["ebb"],
        "results": [
            {"file_id": "f_1", "filename": "sea.md", "score": 0.75, "text": "The ebb is low.",
             "attributes": {}},
        ],
    },
    begun={"status": "in_progress", "queries": [], "results": None},
    events=progress("file_search_call", "in_progress", "searching", "completed"),
)  # fmt: skip
FILES_WITHOUT_RESULTS = RawItem(
    {**FILES.item, "id": "fs_2", "results": None},
    begun={"status": "in_progress", "queries": [], "results": None},
)
CODE = RawItem(
    {
        "id": "ci_1", "type": "code_interpreter_call", "status": "completed",
        "container_id": "cntr_1", "code": "print(6 * 7)",
        "outputs": [
            {"type": "logs", "logs": "42"}, {"type": "image", "url": "https://plot.test/a.png"},
        ],
    },
    begun={"status": "in_progress", "code": "", "outputs": None},
    events=[
        *progress("code_interpreter_call", "in_progress"),
        ("response.code_interpreter_call_code.delta", {"delta": "print("}),
        ("response.code_interpreter_call_code.delta", {"delta": "6 * 7)"}),
        ("response.code_interpreter_call_code.done", {"code": "print(6 * 7)"}),
        *progress("code_interpreter_call", "interpreting", "completed"),
    ],
)  # fmt: skip
IMAGE = RawItem(
    {
        "id": "ig_1", "type": "image_generation_call", "status": "completed",
        "revised_prompt": "a calm sea", "size": "64x48", "quality": "low", "output_format": "png",
        "background": "opaque", "action": "generate", "result": base64_of(PICTURE),
    },
    begun={"status": "in_progress", "revised_prompt": None, "result": None},
    events=[
        *progress("image_generation_call", "in_progress", "generating"),
        (
            "response.image_generation_call.partial_image",
            {"partial_image_index": 0, "partial_image_b64": base64_of(PREVIEW),
             "output_format": "png"},
        ),
        *progress("image_generation_call", "completed"),
    ],
)  # fmt: skip
TOOLS = RawItem(
    {
        "id": "mcpl_1", "type": "mcp_list_tools", "server_label": "sea", "error": None,
        "tools": [
            {"name": "tide", "description": "Tells the tide.", "input_schema": {"type": "object"},
             "annotations": None},
            {"name": "wind", "description": None, "input_schema": {"type": "object"}},
        ],
    },
    begun={"tools": []},
    events=progress("mcp_list_tools", "in_progress", "completed"),
)  # fmt: skip
CALL = RawItem(
    {
        "id": "mcp_1", "type": "mcp_call", "status": "completed", "server_label": "sea",
        "name": "tide", "arguments": '{"port":"Hue"}', "output": "high at noon", "error": None,
        "approval_request_id": None,
    },
    begun={"status": "in_progress", "arguments": "", "output": None},
    events=[
        *progress("mcp_call", "in_progress"),
        ("response.mcp_call_arguments.delta", {"delta": '{"port":'}),
        ("response.mcp_call_arguments.delta", {"delta": '"Hue"}'}),
        ("response.mcp_call_arguments.done", {"arguments": '{"port":"Hue"}'}),
        *progress("mcp_call", "completed"),
    ],
)  # fmt: skip
FAILED_CALL = RawItem(
    {
        **CALL.item, "id": "mcp_2", "status": "failed", "output": None,
        "error": {"type": "http_error", "code": 502, "message": "the sea is closed"},
    },
    begun={"status": "in_progress", "arguments": "", "output": None, "error": None},
    events=[*CALL.events[:-1], *progress("mcp_call", "failed")],
)  # fmt: skip
REQUEST = RawItem(
    {
        "id": "mcpr_1", "type": "mcp_approval_request", "server_label": "sea", "name": "tide",
        "arguments": '{"port":"Hue"}',
    },
)  # fmt: skip
SHELL_CALL = RawItem(
    {
        "id": "sh_1", "type": "shell_call", "status": "completed", "call_id": "call_1",
        "action": {"commands": ["ls", "false"], "timeout_ms": None, "max_output_length": None},
        "environment": {"type": "container_reference", "container_id": "cntr_2"},
    },
    begun={"status": "in_progress"},
)  # fmt: skip
SHELL_OUTPUT = RawItem(
    {
        "id": "sho_1", "type": "shell_call_output", "status": "completed", "call_id": "call_1",
        "max_output_length": None,
        "output": [
            {"stdout": "map.txt\n", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}},
            {"stdout": "", "stderr": "no\n", "outcome": {"type": "exit", "exit_code": 1}},
        ],
    },
    begun={"status": "in_progress", "output": []},
)  # fmt: skip
