"""Commands of one pane, of the prompt or of a screen on top. Importable without Textual."""

from tui.dashboard.commands.command import Command, Commands, Scope

OFFERED = frozenset(
    (
        "transcript.times",
        "tools.filter",
        "tools.pager",
        "performance.freeze",
        "performance.order",
        "performance.charts",
    )
)
"""Ids of commands that the palette has too: it goes to their pane first."""

HINTS = {
    "transcript.next": "next", "transcript.fold": "open", "transcript.copy": "copy",
    "transcript.next_code": "code",
    "tools.fold": "open", "tools.filter": "filter", "tools.pager": "pager", "tools.copy": "copy",
    "performance.freeze": "freeze", "performance.charts": "charts", "performance.order": "order",
}  # fmt: skip
"""What the bottom line says of them while their pane has the focus."""


def _commands(scope: Scope, *rows: tuple[str, str, str, str]) -> Commands:
    """``rows``: id, keys with commas, action, and help that begins with a title."""
    return tuple(
        Command(
            id=name,
            title=text.partition(".")[0],
            scope=scope,
            keys=(*keys.split(","),),
            action=action,
            help=text,
            palette=name in OFFERED,
            hint=HINTS.get(name, ""),
        )
        for name, keys, action, text in rows
    )


PANE_COMMANDS: Commands = (
    *_commands(
        "prompt",
        ("prompt.send", "enter", "-", "Send the message. During a run: queue it. "
         "In an empty prompt: send the first queued message."),
        ("prompt.new_line", "ctrl+j,shift+enter,alt+enter", "new_line", "Start a new line."),
        ("prompt.earlier", "up", "-",
         "In an empty prompt: edit the last queued message, or bring back an earlier one."),
        ("prompt.later", "down", "-", "Go back to a later message."),
        ("prompt.complete", "tab", "complete_or_next",
         "Complete a slash command. Otherwise go to the next pane."),
        ("prompt.line_start", "ctrl+a", "line_start",
         "Go to the start of the line. Press again to go to the start of the text."),
        ("prompt.line_end", "ctrl+e", "line_end",
         "Go to the end of the line. Press again to go to the end of the text."),
        ("prompt.word_left", "alt+left,alt+b,ctrl+left", "cursor_word_left",
         "Go to the start of the word."),
        ("prompt.word_right", "alt+right,alt+f,ctrl+right", "cursor_word_right",
         "Go to the end of the word."),
        ("prompt.delete_word_left", "ctrl+w,alt+backspace,ctrl+backspace", "delete_word_left",
         "Delete to the start of the word."),
        ("prompt.delete_word_right", "alt+d,alt+delete", "delete_word_right",
         "Delete to the end of the word."),
        ("prompt.delete_to_start", "ctrl+u", "delete_to_start_of_line",
         "Delete to the start of the line."),
        ("prompt.delete_to_end", "ctrl+k", "delete_to_end_of_line_or_delete_line",
         "Delete to the end of the line."),
        ("prompt.undo", "ctrl+underscore,f7", "undo", "Undo the last change of the text."),
        ("prompt.redo", "ctrl+y,alt+z", "redo", "Redo what was undone."),
        ("prompt.search", "alt+r,ctrl+x ctrl+r", "-",
         "Search the messages of all sessions; again, or Ctrl+R: the next older one."),
        ("prompt.editor", "ctrl+x ctrl+e", "-",
         "Edit the text in $VISUAL or $EDITOR. The stream keeps running meanwhile."),
        ("prompt.unfold", "ctrl+g", "-", "Show the whole text of a folded paste."),
    ),
    *_commands(
        "chat",
        ("transcript.next", "j", "move_cursor(1)", "Go to the next message."),
        ("transcript.previous", "k", "move_cursor(-1)", "Go to the previous message."),
        ("transcript.next_code", "c", "step_code(True)", "Go to the next block of code."),
        ("transcript.prev_code", "C", "step_code(False)", "Go to the previous block of code."),
        ("transcript.fold", "space,enter", "toggle_fold",
         "Open or fold the message under the cursor."),
        ("transcript.copy", "y", "copy",
         "Copy the message or block of code under the cursor."),
        ("transcript.times", "t", "toggle_times", "Show or hide the time of each message."),
    ),
    *_commands(
        "tools",
        ("tools.up", "up", "move(-1)", "Go to the previous row."),
        ("tools.down", "down", "move(1)", "Go to the next row."),
        ("tools.first", "home", "go('start')", "Go to the first row."),
        ("tools.last", "end", "go('end')", "Go to the last row and follow new ones."),
        ("tools.fold", "space,enter", "open_or_fold",
         "Show or hide a call's arguments and result."),
        ("tools.unfold", "right", "fold(False)", "Unfold the calls below a call."),
        ("tools.fold_calls", "left", "fold(True)",
         "Fold the calls below a call, or go to the call above."),
        ("tools.filter", "f", "ask_filter",
         "Show only some calls. By kind, agent, state or name: state:error -kind:note agent:Ada."),
        ("tools.pager", "p", "page",
         "Show the call in $PAGER. The agent keeps running meanwhile."),
        ("tools.copy", "y", "copy", "Copy the result of the call under the cursor."),
    ),
    *_commands(
        "performance",
        ("performance.freeze", "space", "freeze",
         "Freeze the display. Figures are still recorded."),
        ("performance.earlier", "left", "turn(-1)", "Show the waterfall of an earlier turn."),
        ("performance.later", "right", "turn(1)", "Show the waterfall of a later turn."),
        ("performance.order", "o", "order", "Sort the tables by another column."),
        ("performance.charts", "c", "charts", "Switch between tables and charts."),
    ),
    *_commands(
        "approval",
        ("approval.once", "y", "screen.answer_approval('once')", "Let the tool run this time."),
        ("approval.always", "a", "screen.answer_approval('always')", "Always let this tool run."),
        ("approval.reject", "n", "screen.answer_approval('reject')", "Do not let the tool run."),
        ("approval.reason", "r", "screen.answer_approval('reason')",
         "Do not let the tool run, and tell the model why."),
        ("approval.edit", "e", "screen.answer_approval('edit')",
         "Edit the arguments, then let the tool run with them."),
        ("approval.all", "Y", "screen.answer_approval('all')",
         "Approve every pending call; asks you to confirm."),
        ("approval.none", "N", "screen.answer_approval('none')",
         "Reject every pending call; asks you to confirm."),
    ),
    *_commands(
        "waiting messages",
        ("waiting.previous", "up", "go(-1)", "Go to the message above."),
        ("waiting.next", "down", "go(1)", "Go to the message below."),
        ("waiting.edit", "enter,e", "do('edit')", "Edit the message in the prompt."),
        ("waiting.drop", "x", "do('drop')", "Drop the message."),
        ("waiting.put_back", "u", "do('put back')", "Bring back a dropped message."),
        ("waiting.up", "K,shift+up", "do('up')", "Send the message earlier."),
        ("waiting.down", "J,shift+down", "do('down')", "Send the message later."),
        ("waiting.steer", "s", "do('steer')",
         "Send the message now. During a run: after this model call, which ends the run."),
    ),
    *_commands(
        "text",
        ("text.close", "q,enter", "escape", "Close the text."),
    ),
    *_commands(
        "files",
        ("files.save", "s", "save", "Save the picture or file in a new file."),
        ("files.next", "right,space", "turn(1)", "Show the next picture or file."),
        ("files.previous", "left", "turn(-1)", "Show the one before."),
        ("files.close", "q,enter", "escape", "Close the pictures and files."),
    ),
    *_commands(
        "sessions",
        ("sessions.up", "up", "move('cursor_up')", "Go to the session above."),
        ("sessions.down", "down", "move('cursor_down')", "Go to the session below."),
        ("sessions.page_up", "pageup", "move('page_up')", "Go up one page."),
        ("sessions.page_down", "pagedown", "move('page_down')", "Go down one page."),
        ("sessions.open", "enter", "open", "Open the session, in a search at that turn."),
        ("sessions.rename", "f2", "rename", "Rename the session."),
        ("sessions.sort", "tab", "sort(1)", "Sort by the next column."),
        ("sessions.sort_back", "shift+tab", "sort(-1)", "Sort by the column before."),
        ("sessions.trash", "delete", "trash",
         "Delete the session. It can be brought back for 30 days."),
        ("sessions.undo", "ctrl+underscore,f7", "undo",
         "Bring back the session that was deleted last, or the one under the cursor."),
        ("sessions.show_trash", "f8", "show_trash", "Switch between stored and deleted sessions."),
    ),
    *_commands(
        "choices",
        ("choices.up", "up", "move('cursor_up')", "Go to the row above."),
        ("choices.down", "down", "move('cursor_down')", "Go to the row below."),
        ("choices.page_up", "pageup", "move('page_up')", "Go up one page."),
        ("choices.page_down", "pagedown", "move('page_down')", "Go down one page."),
        ("choices.choose", "enter", "move('select')", "Choose the row."),
    ),
    *_commands(
        "pane line",
        ("pane_line.complete", "tab", "complete", "Complete the word."),
    ),
    *_commands(
        "text entry",
        ("entry.send", "ctrl+s", "send", "Use the text. In a one-line field, Enter works too."),
    ),
    *_commands(
        "question",
        ("question.yes", "y", "answer(True)", "Answer yes."),
        ("question.no", "n", "answer(False)", "Answer no."),
    ),
    *_commands(
        "bug report",
        ("bug.resume", "enter,c", "answer(True)", "Close the report and continue."),
        ("bug.quit", "q", "answer(False)", "Quit the dashboard."),
    ),
)  # fmt: skip
