"""Which turns a retry has taken back: they are marked, and count as before."""

from msgspec.structs import replace

from tui.core.answers_aside import brought_back, put_aside
from tui.core.metrics.session_state import Session
from tui.protocol.events import RetryUndone, RunStarted


def turn_began(session: Session, event: RunStarted) -> None:
    """Call it when the turn has its number."""
    number = session.turn_count
    match event.mode:
        case "continue":
            session.newest += (number,)
        case "send":
            session.newest, session.aside = (number,), ()
        case "rewind":
            _mark(session, session.newest, taken_back=True)
            session.aside = put_aside(session.aside, session.newest)
            session.newest = (number,)
    _forget_attempts(session)


def retry_undone(session: Session, _: RetryUndone) -> None:
    if not session.aside:
        return
    _mark(session, session.newest, taken_back=True)
    session.newest, session.aside = brought_back(session.aside, session.newest)
    _mark(session, session.newest, taken_back=False)
    turn = session.standing_turn
    session.agent = (turn.agent if turn is not None else "") or session.agent


def _forget_attempts(session: Session) -> None:
    """Keep those of turns whose figures are shown, or are again when a retry is undone."""
    last = {number for numbers in (session.newest, *session.aside) for number in numbers[-1:]}
    for number in session.turn_attempts.keys() - last:
        del session.turn_attempts[number]


def _mark(session: Session, numbers: tuple[int, ...], *, taken_back: bool) -> None:
    session.turns = tuple(
        replace(turn, taken_back=taken_back) if turn.number in numbers else turn
        for turn in session.turns
    )
