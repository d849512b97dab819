"""When a worker counts as unresponsive, with made-up times in ns."""

from tui.stream.liveness import Liveness

SECOND = 1_000_000_000
LIMIT = 4 * SECOND


def pinged(at: int = 0) -> Liveness:
    """A worker that has sent something and was then pinged."""
    liveness = Liveness(LIMIT)
    liveness.received()
    assert liveness.should_ping(at)
    return liveness


def test_a_worker_is_not_pinged_before_its_first_output() -> None:
    liveness = Liveness(LIMIT)
    assert not liveness.should_ping(0)
    assert not liveness.becomes_unresponsive(100 * SECOND)


def test_it_becomes_unresponsive_once_when_the_answer_is_overdue() -> None:
    liveness = pinged(at=10)
    assert not liveness.becomes_unresponsive(10 + LIMIT - 1)
    assert liveness.becomes_unresponsive(10 + LIMIT)
    assert liveness.unresponsive_since == 10
    assert not liveness.becomes_unresponsive(10 + 9 * LIMIT)


def test_there_is_only_one_unanswered_ping() -> None:
    liveness = pinged()
    assert not liveness.should_ping(3 * SECOND)
    assert liveness.becomes_unresponsive(LIMIT)
    assert not liveness.should_ping(60 * SECOND)


def test_any_output_makes_the_worker_responsive_again() -> None:
    liveness = pinged()
    assert not liveness.received()
    assert liveness.should_ping(5 * SECOND)
    assert liveness.becomes_unresponsive(5 * SECOND + LIMIT)
    assert liveness.received()
    assert liveness.unresponsive_since is None
    assert not liveness.received()


def test_a_dashboard_that_could_not_read_waits_for_the_whole_limit_again() -> None:
    liveness = pinged()
    liveness.restart_wait(100 * SECOND)
    assert not liveness.becomes_unresponsive(100 * SECOND + LIMIT - 1)
    assert liveness.becomes_unresponsive(100 * SECOND + LIMIT)


def test_restarting_the_wait_does_not_make_the_worker_responsive() -> None:
    liveness = pinged()
    assert liveness.becomes_unresponsive(LIMIT)
    liveness.restart_wait(100 * SECOND)
    assert liveness.unresponsive_since == 0
