"""Computers and local shells: their input, their output, and safety checks."""

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, RawItem
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.hosted_items import PICTURE
from tests.worker.tools.test_hosted_streams import call_of, rows_of
from tui.protocol import events

FILE = "computer_agents.py"
COMPUTER = RawItem(
    {
        "id": "cu_1", "type": "computer_call", "call_id": "call_1", "status": "completed",
        "actions": [
            {"type": "click", "button": "left", "x": 3, "y": 4}, {"type": "type", "text": "hi"},
        ],
        "pending_safety_checks": [
            {"id": "sc_1", "code": "odd_site", "message": "This site is odd."},
        ],
    },
    begun={"status": "in_progress"},
)  # fmt: skip


def test_a_computer_shows_all_its_actions_its_screenshot_and_its_safety_checks(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("operating", provide(Answer(items=[COMPUTER]), Answer("Done.")), file=FILE)
    assert worker.say("go").outcome == "ok"
    call = call_of(rows_of(worker.events)["call_1"])
    assert (call.name, call.state) == ("computer", "ok")
    assert '"type": "click"' in call.arguments
    assert '"text": "hi"' in call.arguments
    assert "This site is odd." in call.arguments
    first, second = call.output.splitlines()
    assert first.startswith("screenshot: PNG image, 64\u00d748, ")
    assert second == "safety check acknowledged: This site is odd."
    assert [one.data for one in call.attachments] == [PICTURE]
    assert_shown_again(worker.events)


def test_a_safety_check_that_no_code_looked_at_says_so(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("unchecked", provide(Answer(items=[COMPUTER]), Answer("Done.")), file=FILE)
    assert worker.say("go").outcome == "ok"
    call = call_of(rows_of(worker.events)["call_1"])
    assert "safety check not acknowledged, run anyway: This site is odd." in call.output


def test_a_single_action_of_an_older_model_is_shown_too(
    provide: StartProvider, work: StartWorker
) -> None:
    item = {key: value for key, value in COMPUTER.item.items() if key != "actions"}
    old = RawItem({**item, "action": {"type": "screenshot"}, "pending_safety_checks": []})
    worker = work("unchecked", provide(Answer(items=[old]), Answer("Done.")), file=FILE)
    assert worker.say("go").outcome == "ok"
    assert call_of(rows_of(worker.events)["call_1"]).arguments == '{"type": "screenshot"}'


def test_an_action_that_fails_is_an_error(provide: StartProvider, work: StartWorker) -> None:
    broken = RawItem({**COMPUTER.item, "actions": [{"type": "type", "text": "break"}]})
    worker = work("operating", provide(Answer(items=[broken])), file=FILE)
    assert worker.say("go").outcome == "failed"
    (ended,) = worker.all(events.ToolFinished)
    assert ended.problem is not None
    assert (ended.outcome, ended.problem.message) == ("error", "ValueError: no keyboard")


def test_a_local_shell_has_its_command_and_output(
    provide: StartProvider, work: StartWorker
) -> None:
    shell = RawItem(
        {
            "id": "lsh_1", "type": "local_shell_call", "call_id": "call_2", "status": "completed",
            "action": {"type": "exec", "command": ["ls", "-l"], "env": {}},
        },
        begun={"status": "in_progress"},
    )  # fmt: skip
    worker = work("operating", provide(Answer(items=[shell]), Answer("Done.")), file=FILE)
    assert worker.say("go").outcome == "ok"
    call = call_of(rows_of(worker.events)["call_2"])
    assert (call.name, call.state, call.output) == ("local_shell", "ok", "ran ls -l")
    assert '"ls", "-l"' in call.arguments
    assert call.hosted is False
