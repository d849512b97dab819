"""An answer without text says so, and whether it was all reasoning."""

import pytest

from tests.support.provider import Answer
from tests.worker.conftest import StartProvider, StartWorker

REASONED = "the answer is empty: all of it was reasoning"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer("hello"), ""),
        (Answer("  \n"), "the answer is empty"),
        (Answer("<think>on and on"), REASONED),
        (Answer("  ", reasoning=["on and on"]), REASONED),
    ],
)
def test_an_answer_without_text_says_so(
    answer: Answer, words: str, provide: StartProvider, work: StartWorker
) -> None:
    finished = work("plain", provide(answer)).say("hi")
    assert finished.outcome == "ok"
    assert finished.empty == words
