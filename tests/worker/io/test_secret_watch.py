"""Keys that only the worker knows are reported before anything that may contain them."""

import pytest

from tests.support.provider import Answer, HttpError
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.vault import FROM_FILE, FROM_VAULT, OF_CLIENT
from tui.protocol.events import (
    AgentLoaded,
    AgentLoadFailed,
    AttemptFailed,
    SecretsLearned,
    WorkerStarted,
)

FILE = "vault_agent.py"


def test_secrets_in_the_environment_are_reported_before_the_agent(
    provide: StartProvider, work: StartWorker
) -> None:
    url = provide().base_url
    worker = work("agent", file=FILE, env={"TEST_BASE_URL": url, "GATE_PASSWORD": "open-sesame"})
    first, second = worker.all(SecretsLearned)
    assert "open-sesame" in first.values
    assert second.values == (FROM_FILE,)
    order = [type(event) for event in worker.events]
    assert order[:2] == [WorkerStarted, SecretsLearned]
    assert order.index(AgentLoaded) > worker.events.index(second)


def test_keys_in_request_headers_are_reported_once_and_before_the_answer(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(HttpError(status=401, message="no: {key} {x-vault-key}"), Answer("hello"))
    environment = {"TEST_BASE_URL": provider.base_url}
    worker = work("agent", file=FILE, model=None, env=environment)
    worker.say("hi")
    worker.say("hi again")
    *_, learned = worker.all(SecretsLearned)
    assert set(learned.values) == {FROM_VAULT, OF_CLIENT}
    refused = worker.until(AttemptFailed)
    assert OF_CLIENT in refused.problem.message
    assert worker.events.index(learned) < worker.events.index(refused)


@pytest.mark.parametrize("agent", ["broken", "no_such_name"])
def test_keys_are_reported_before_a_load_failure(
    provide: StartProvider, work: StartWorker, agent: str
) -> None:
    worker = work(agent, file=FILE, env={"TEST_BASE_URL": provide().base_url}, ready=False)
    failed = worker.load_failed()
    *_, learned = worker.all(SecretsLearned)
    assert learned.values == (FROM_FILE,)
    assert worker.events.index(learned) < worker.events.index(failed)
    assert worker.all(AgentLoadFailed) == [failed]
