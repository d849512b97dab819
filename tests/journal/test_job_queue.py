"""Nothing is lost or put in another order, however puts and takes fall together."""

import threading
import time

from tui.journal.job_queue import JobQueue


def taken(jobs: JobQueue[int], due: float | None) -> tuple[list[int], float]:
    """What is taken, and how long it took."""
    began = time.monotonic()
    return jobs.take(due), time.monotonic() - began


def test_jobs_that_are_there_are_taken_at_once_and_in_order() -> None:
    jobs: JobQueue[int] = JobQueue()
    for number in range(5):
        jobs.put(number, urgent=number == 3)
    assert taken(jobs, None)[0] == [0, 1, 2, 3, 4]


def test_a_job_that_can_wait_does_not_wake_a_thread_that_will_look() -> None:
    jobs: JobQueue[int] = JobQueue()
    waiting = threading.Thread(target=lambda: taking.append(taken(jobs, time.monotonic() + 1.0)))
    taking: list[tuple[list[int], float]] = []
    waiting.start()
    time.sleep(0.2)
    jobs.put(1, urgent=False)
    waiting.join()
    ((found, took),) = taking
    assert found == [1]
    assert took > 0.9


def test_an_urgent_one_wakes_it_and_brings_those_before_it() -> None:
    jobs: JobQueue[int] = JobQueue()
    taking: list[tuple[list[int], float]] = []
    waiting = threading.Thread(target=lambda: taking.append(taken(jobs, time.monotonic() + 600)))
    waiting.start()
    time.sleep(0.2)
    jobs.put(1, urgent=False)
    jobs.put(2)
    waiting.join(60)
    assert [found for found, _ in taking] == [[1, 2]]


def test_every_job_is_taken_once_from_many_threads() -> None:
    jobs: JobQueue[int] = JobQueue()
    threads, each = 8, 2_000

    def put(thread: int) -> None:
        for number in range(each):
            jobs.put(thread * each + number, urgent=number % 7 == 0)

    putting = [threading.Thread(target=put, args=(thread,)) for thread in range(threads)]
    for one in putting:
        one.start()
    found: list[int] = []
    while len(found) < threads * each:
        found += jobs.take(None if len(found) % 2 else time.monotonic() + 0.01)
    assert sorted(found) == list(range(threads * each))
    for thread in range(threads):
        own = [number for number in found if number // each == thread]
        assert own == sorted(own)
