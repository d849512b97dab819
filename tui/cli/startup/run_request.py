"""What `streamtui run` was asked to run, and what the runs are judged by."""

# ruff: noqa: PLC0415 - --help must not wait for any of it

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from tui.core.config.settings import Config
    from tui.core.metrics import Thresholds
    from tui.headless.prompts import Prompt
    from tui.headless.report.gates import Gate
    from tui.headless.report.summary import Summary


class Asked(NamedTuple):
    """``limits``: what a good answer is, by figure."""

    gates: "list[Gate]"
    limits: dict[str, float]
    prompts: "list[Prompt]"
    baseline: "Summary | None"


def asked_in(own: dict[str, Any], baseline: "Summary | None") -> Asked:
    """Of the command's options. Raise `click.UsageError`."""
    return Asked(
        *_gates(own),
        prompts=_with_files(_prompts(own), own["attach"]),
        baseline=baseline,
    )


def check_session(own: dict[str, Any], *, keep: bool) -> None:
    """Only one run at a time can continue a session, and it must be stored.

    Raise `click.UsageError`.
    """
    for name in ("concurrency", "warmup"):
        if own[name] > (name == "concurrency"):
            raise click.UsageError(
                f"--session runs one prompt after the other: leave out --{name}."
            )
    if not keep:
        raise click.UsageError("--session needs the journal.")


def thresholds_of(config: "Config", limits: dict[str, float]) -> "Thresholds":
    """Those of the settings, or of ``--goodput``: what that leaves out then does not count."""
    from msgspec.structs import replace

    from tui.journal.stored_figures import limits_of

    configured = limits_of(config)
    return replace(
        configured,
        ttft=limits.get("ttft", float("inf") if limits else configured.ttft),
        rate=limits.get("tok/s", 0.0 if limits else configured.rate),
    )


def _gates(own: dict[str, Any]) -> "tuple[list[Gate], dict[str, float]]":
    if not own["gates"] and own["goodput"] is None:
        return [], {}
    from tui.headless.report.gates import GateError, goodput_limits, parsed_gate

    try:
        gates = [parsed_gate(text) for text in own["gates"]]
    except GateError as error:
        raise click.UsageError(f"--slo: {error}") from error
    try:
        return gates, {} if own["goodput"] is None else goodput_limits(own["goodput"])
    except GateError as error:
        raise click.UsageError(f"--goodput: {error}") from error


def _with_files(prompts: "list[Prompt]", paths: tuple[Path, ...]) -> "list[Prompt]":
    if not paths:
        return prompts
    from msgspec.structs import replace

    from tui.core.attached_paths import address_of
    from tui.protocol.attached_files import AttachmentError, checked_all

    try:
        attached = checked_all([address_of(path, path.name) for path in paths])
    except AttachmentError as error:
        raise click.UsageError(f"--attach: {error}") from error
    return [replace(prompt, attached=attached) for prompt in prompts]


def _prompts(own: dict[str, Any]) -> "list[Prompt]":
    from tui.headless.prompts import Prompt, PromptsError, prompts_in

    if own["prompts"] is not None:
        if own["prompt"] is not None:
            raise click.UsageError("Give a PROMPT or --prompts, not both.")
        try:
            return prompts_in(own["prompts"])
        except (PromptsError, OSError) as error:
            raise click.UsageError(f"--prompts: {error}") from error
    text: str | None = own["prompt"]
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    if text is None:
        raise click.UsageError('Give a PROMPT, "-" for standard input, or --prompts FILE.')
    if not text.strip():
        raise click.UsageError("The prompt is empty.")
    # Whatever the locale says, prompts are UTF-8.
    return [Prompt("1", os.fsencode(text).decode("utf-8", "replace").strip())]
