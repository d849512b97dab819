"""Which conversation a run starts from, and with which turn."""

from tui.protocol.attached_files import AttachmentError, checked_all
from tui.protocol.commands import RestoreHistory, RetryRun, StartRun
from tui.protocol.events import Problem
from tui.worker.input_items import call_id_of
from tui.worker.ledger import Turn
from tui.worker.observer import Observer
from tui.worker.run import Mode

NOTHING_TO_CONTINUE = Problem(
    kind="agent", message="There is nothing to continue from.", advice="Send a message."
)


def attachment_problem(command: StartRun | RetryRun) -> Problem | None:
    """Why what is attached to a message cannot be sent."""
    data = [] if isinstance(command, RetryRun) else command.images
    try:
        checked_all([address for address in data if address.startswith("data:")])
    except AttachmentError as error:
        return Problem(kind="agent", message=f"Not sent: {error}.", advice="Attach another file.")
    return None


def restore(observer: Observer, history: RestoreHistory) -> None:
    """Make this the conversation, and report what had to be changed in it."""
    agent = history.agent or observer.ledger.agent
    ledger = observer.ledger
    sent = ledger.items
    ledger.restore(history.items, agent, history.marks)
    settled_items = ledger.after_death(history.partial, history.not_run)
    if sent:
        ledger.known(sent)
    observer.set_history(settled_items)
    for call_id in (*history.calls, *map(call_id_of, ledger.items)):
        observer.ids.reserve(call_id)


def turn_of(observer: Observer, command: StartRun | RetryRun) -> tuple[str, Turn, Mode]:
    """The prompt, the turn and the mode of the run."""
    ledger = observer.ledger
    if isinstance(command, StartRun):
        return command.prompt, ledger.begin(command.prompt, command.images), "send"
    rewound = ledger.rewind() if command.mode == "rewind" else None
    if rewound is None:
        return "", ledger.resume(), "continue"
    turn, prompt = rewound
    if ledger.server.keeps_after(len(turn.base)):
        observer.tell(
            f"the server's conversation {ledger.server.conversation} keeps the turn that is "
            "undone here, and gets the message again: only --conversation-id with another one "
            "starts without it"
        )
    return prompt, turn, "rewind"
