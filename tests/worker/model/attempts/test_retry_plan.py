"""The user's ModelRetrySettings control the visible retries; the SDK makes none of its own."""

from pathlib import Path

import pytest

from tests.support.provider import Answer, FailAfter, HttpError, Silence, Step, server_error
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.protocol.events import AttemptFailed, RetryScheduled, TextDelta

HEAD = """
from agents import *
from agents.retry import *
NONE = ModelRetryBackoffSettings(initial_delay=0, jitter=False)
STEPS = ModelRetryBackoffSettings(initial_delay=0.02, max_delay=0.05, jitter=False)
ALL = retry_policies.http_status([400, 500])
def soon(seen):
    return RetryDecision(True, delay=0.03)
async def on_timeout(seen):
    return RetryDecision(seen.normalized.is_timeout, delay=0.01)
async def on_failure(seen):
    return RetryDecision(seen.normalized.error_code == 'server_error', delay=0.01)
def mine(retry): return Agent(name='Mine', model_settings=ModelSettings(retry=retry))
"""


def _worker(folder: Path, base_url: str, retry: str) -> WorkerProcess:
    (folder / "mine.py").write_text(f"{HEAD}agent = mine({retry})\n")
    return WorkerProcess(
        agent="mine.py:agent",
        cwd=folder,
        base_url=base_url,
        model="m",
        backoff_base=0.01,
        first_event_timeout=0.5,
    )


@pytest.mark.parametrize(
    ("retry", "steps", "expected"),
    [
        # A policy decides what is retried: also what streamtui would not retry.
        (
            "ModelRetrySettings(max_retries=2, policy=ALL, backoff=NONE)",
            [HttpError(status=400)] * 2,
            [(0, 3), (0, 3)],
        ),
        # Its back-off is used as the SDK does.
        (
            "ModelRetrySettings(max_retries=5, policy=ALL, backoff=STEPS)",
            [server_error(500)] * 3,
            [(0.02, 6), (0.04, 6), (0.05, 6)],
        ),
        # A delay that it returns comes before the back-off.
        ("ModelRetrySettings(max_retries=1, policy=soon)", [server_error(500)], [(0.03, 2)]),
        # An asynchronous policy, told what only streamtui sees: silence is a time-out.
        ("ModelRetrySettings(max_retries=1, policy=on_timeout)", [Silence()], [(0.01, 2)]),
    ],
)
def test_the_policy_the_maximum_and_the_back_off_are_the_users(
    retry: str,
    steps: list[Step],
    expected: list[tuple[float, int]],
    provide: StartProvider,
    tmp_path: Path,
) -> None:
    provider = provide(*steps, Answer("at last"))
    with _worker(tmp_path, provider.base_url, retry) as worker:
        assert worker.say("hi").output == "at last"
        waits = worker.all(RetryScheduled)
    assert [(round(wait.delay, 3), wait.most) for wait in waits] == expected
    assert len(provider.requests) == len(steps) + 1


@pytest.mark.parametrize(
    ("retry", "requests"),
    [
        ("ModelRetrySettings(max_retries=0)", 1),
        ("ModelRetrySettings(max_retries=1)", 2),
        ("ModelRetrySettings(max_retries=9, policy=retry_policies.never())", 1),
        ("ModelRetrySettings(max_retries=9, policy=retry_policies.http_status([429]))", 1),
        ("ModelRetrySettings()", 4),
        ("None", 4),
    ],
)
def test_without_a_policy_streamtuis_decides_and_a_policy_may_refuse(
    retry: str, requests: int, provide: StartProvider, tmp_path: Path
) -> None:
    provider = provide(*[server_error(500)] * 5)
    with _worker(tmp_path, provider.base_url, retry) as worker:
        assert worker.say("hi").outcome == "failed"
        assert len(worker.all(AttemptFailed)) == requests
    assert len(provider.requests) == requests


def test_a_policy_decides_about_an_answer_that_was_cut_and_it_is_continued(
    provide: StartProvider, tmp_path: Path
) -> None:
    retry = "ModelRetrySettings(max_retries=1, policy=on_failure)"
    provider = provide(Answer("one two three four", fault=FailAfter(2)), Answer(" and the rest"))
    with _worker(tmp_path, provider.base_url, retry) as worker:
        finished = worker.say("count")
        assert finished.outcome == "ok"
        assert finished.output.endswith("and the rest")
        assert worker.all(TextDelta)[0].text in finished.output


def test_what_a_policy_raises_fails_the_run(provide: StartProvider, tmp_path: Path) -> None:
    provider = provide(server_error(500))
    retry = "ModelRetrySettings(max_retries=3, policy=lambda seen: 1 / 0)"
    with _worker(tmp_path, provider.base_url, retry) as worker:
        problem = worker.say("hi").problem
    assert problem is not None
    assert "division by zero" in problem.message
    assert len(provider.requests) == 1
