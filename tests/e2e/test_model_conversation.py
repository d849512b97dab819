"""The installed program with a real model behind a recording proxy, on both APIs."""

import json

import pytest

from tests.e2e.agreement import agrees, rate_agrees
from tests.e2e.model_server import MODEL_NAME
from tests.e2e.recorded_turns import Conversation
from tests.e2e.screen import Shown, pane_text, shown
from tests.support.provider.recording import tpot, ttfo, ttft

pytestmark = pytest.mark.e2e


def test_the_models_words_are_on_the_screen(conversation: Conversation) -> None:
    for turn in conversation.turns:
        assert len(turn.recording.text.split()) >= 15
        assert turn.recording.text in pane_text(turn.screen, "chat")


def test_the_heading_names_the_agent_the_model_and_the_server(conversation: Conversation) -> None:
    heading = conversation.turns[0].screen[0]
    assert f"Sailor ── {MODEL_NAME} @ 127.0.0.1:" in heading


def test_the_time_to_first_token_on_the_screen_agrees_with_the_proxy(
    conversation: Conversation,
) -> None:
    for turn in conversation.turns:
        figure, seen = shown(turn.screen, "TTFT"), ttft(turn.recording)
        assert seen is not None
        assert agrees(figure.value, seen, figure.rounding)


def test_the_decode_rate_on_the_screen_agrees_with_the_proxy(conversation: Conversation) -> None:
    for turn in conversation.turns:
        assert turn.recording.usage is not None
        per_token, tokens = tpot(turn.recording), turn.recording.usage.output
        assert per_token is not None
        assert rate_agrees(shown(turn.screen, "tok/s"), tokens, per_token * (tokens - 1))


def test_the_exact_figures_of_the_journal_agree_with_the_proxy(
    conversation: Conversation,
) -> None:
    for turn in conversation.turns:
        assert turn.figures is not None
        ours, usage = turn.figures.attempt, turn.recording.usage
        first, first_text, per_token = (of(turn.recording) for of in (ttft, ttfo, tpot))
        assert ours is not None
        assert usage is not None
        assert first is not None
        assert first_text is not None
        assert per_token is not None
        assert ours.outcome == "ok"
        assert agrees(ours.ttft.value, first)
        assert agrees(ours.ttfo.value, first_text)
        decoding = per_token * (usage.output - 1)
        assert agrees(ours.tpot.value * (usage.output - 1), decoding)
        assert rate_agrees(Shown(ours.rate.value, 0.0), usage.output, decoding)


def test_token_counts_agree_with_the_server(conversation: Conversation) -> None:
    for turn in conversation.turns:
        usage, exact = turn.recording.usage, turn.figures
        assert usage is not None
        assert exact is not None
        assert exact.attempt is not None
        assert (shown(turn.screen, "tok in").value, shown(turn.screen, "tok out").value) == (
            usage.input,
            usage.output,
        )
        counted = (exact.attempt.input, exact.attempt.output, exact.attempt.cached)
        assert [figure.value for figure in counted] == [usage.input, usage.output, usage.cached]
        assert {figure.quality for figure in counted} == {"measured"}


def test_the_second_request_contains_the_first_turn(conversation: Conversation) -> None:
    first, second = conversation.turns
    sent = json.dumps(second.recording.request)
    assert sent.count(json.dumps(first.prompt)) == 1
    assert sent.count(json.dumps(first.recording.text)) == 1
    assert sent.count(json.dumps(second.prompt)) == 1


def test_it_quits_with_exit_code_0(conversation: Conversation) -> None:
    assert conversation.exit_code == 0
