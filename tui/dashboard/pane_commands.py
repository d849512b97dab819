"""Commands of one pane, the prompt or a screen on top. Importable without Textual."""

from tui.dashboard.command import Command, Commands

PANE_COMMANDS: Commands = (
    Command(
        id="prompt.send", title="Send", scope="prompt", keys=("enter",), action="-",
        help="Send the message. During a run: queue it.",
    ),
    Command(
        id="prompt.new_line", title="New line", scope="prompt", keys=("ctrl+j", "shift+enter"),
        action="new_line",
        help="Start a new line.",
    ),
    Command(
        id="prompt.earlier", title="Earlier message", scope="prompt", keys=("up",), action="-",
        help="In an empty prompt: bring back the queued message or an earlier one.",
    ),
    Command(
        id="prompt.later", title="Later message", scope="prompt", keys=("down",), action="-",
        help="Go back to a later message.",
    ),
    Command(
        id="prompt.complete", title="Complete", scope="prompt", keys=("tab",),
        action="complete_or_next",
        help="Complete a slash command. Otherwise go to the next pane.",
    ),
    Command(
        id="transcript.next", title="Next message", scope="chat", keys=("j",), action="cursor_down",
        help="Go to the next message.",
    ),
    Command(
        id="transcript.previous", title="Previous message", scope="chat", keys=("k",),
        action="cursor_up",
        help="Go to the previous message.",
    ),
    Command(
        id="transcript.next_code", title="Next code block", scope="chat", keys=("c",),
        action="next_code",
        help="Go to the next block of code.",
    ),
    Command(
        id="transcript.prev_code", title="Previous code block", scope="chat", keys=("C",),
        action="previous_code",
        help="Go to the previous block of code.",
    ),
    Command(
        id="transcript.fold", title="Open or fold", scope="chat", keys=("space", "enter"),
        action="toggle_fold",
        help="Open or fold the message under the cursor.",
    ),
    Command(
        id="transcript.copy", title="Copy", scope="chat", keys=("y",), action="copy_focused",
        help="Copy the message or block of code under the cursor.",
    ),
    Command(
        id="transcript.times", title="Times", scope="chat", keys=("t",), action="toggle_times",
        help="Show or hide the time of each message.",
    ),
    Command(
        id="tools.up", title="Previous row", scope="tools", keys=("up",), action="move(-1)",
        help="Go to the previous row.",
    ),
    Command(
        id="tools.down", title="Next row", scope="tools", keys=("down",), action="move(1)",
        help="Go to the next row.",
    ),
    Command(
        id="tools.first", title="First row", scope="tools", keys=("home",), action="go('start')",
        help="Go to the first row.",
    ),
    Command(
        id="tools.last", title="Last row", scope="tools", keys=("end",), action="go('end')",
        help="Go to the last row and follow new ones.",
    ),
    Command(
        id="tools.fold", title="Open or fold", scope="tools", keys=("space", "enter"),
        action="open_or_fold",
        help="Show or hide a call's arguments and result.",
    ),
    Command(
        id="tools.copy", title="Copy", scope="tools", keys=("y",), action="copy",
        help="Copy the result of the call under the cursor.",
    ),
    Command(
        id="performance.freeze", title="Freeze the display", scope="performance", keys=("space",),
        action="freeze",
        help="Freeze the display. Figures are still recorded.",
    ),
    Command(
        id="performance.earlier", title="Earlier turn", scope="performance", keys=("left",),
        action="turn(-1)",
        help="Show the waterfall of an earlier turn.",
    ),
    Command(
        id="performance.later", title="Later turn", scope="performance", keys=("right",),
        action="turn(1)",
        help="Show the waterfall of a later turn.",
    ),
    Command(
        id="performance.order", title="Sort the tables", scope="performance", keys=("o",),
        action="order",
        help="Sort the tables by another column.",
    ),
    Command(
        id="performance.charts", title="Show or hide the charts", scope="performance", keys=("c",),
        action="charts",
        help="Show charts instead of tables, and back.",
    ),
    Command(
        id="approval.once", title="Once", scope="approval", keys=("y",),
        action="screen.answer_approval(True)",
        help="Let the tool run this time.",
    ),
    Command(
        id="approval.always", title="Always", scope="approval", keys=("a",),
        action="screen.answer_approval(True, True)",
        help="Always let this tool run.",
    ),
    Command(
        id="approval.reject", title="Reject", scope="approval", keys=("n",),
        action="screen.answer_approval(False)",
        help="Do not let the tool run.",
    ),
    Command(
        id="text.close", title="Close", scope="text", keys=("q", "enter"), action="escape",
        help="Close the text.",
    ),
    Command(
        id="sessions.up", title="Up", scope="sessions", keys=("up",), action="move('cursor_up')",
        help="Go to the session above.",
    ),
    Command(
        id="sessions.down", title="Down", scope="sessions", keys=("down",),
        action="move('cursor_down')",
        help="Go to the session below.",
    ),
    Command(
        id="sessions.page_up", title="Page up", scope="sessions", keys=("pageup",),
        action="move('page_up')",
        help="Go up one page.",
    ),
    Command(
        id="sessions.page_down", title="Page down", scope="sessions", keys=("pagedown",),
        action="move('page_down')",
        help="Go down one page.",
    ),
    Command(
        id="sessions.open", title="Open", scope="sessions", keys=("enter",),
        action="move('select')",
        help="Open the session.",
    ),
    Command(
        id="question.yes", title="Yes", scope="question", keys=("y",), action="answer(True)",
        help="Answer yes.",
    ),
    Command(
        id="question.no", title="No", scope="question", keys=("n",), action="answer(False)",
        help="Answer no.",
    ),
    Command(
        id="bug.resume", title="Continue", scope="bug report", keys=("enter", "c"),
        action="answer(True)",
        help="Close the report and continue.",
    ),
    Command(
        id="bug.quit", title="Quit", scope="bug report", keys=("q",), action="answer(False)",
        help="Quit the dashboard.",
    ),
)  # fmt: skip
