"""Commands of the main screen, wherever the focus is. Importable without Textual."""

from tui.dashboard.commands.command import Command, Commands

SCREEN_COMMANDS: Commands = (
    Command(
        id="escape", title="Cancel", keys=("escape",), hint="cancel",
        help="Close what is open. Otherwise cancel the run; when nothing runs, go to the prompt. "
        "If a tool does not stop, press it again to restart the agent's process.",
    ),
    Command(
        id="interrupt", title="Copy, cancel or clear", keys=("ctrl+c",),
        help="Copy the selected text. Without a selection: cancel the run, or clear the prompt. "
        "Press it twice to quit.",
    ),
    Command(
        id="retry", title="Retry", keys=("ctrl+r", "f5"), slash="retry", hint="retry", palette=True,
        help="While waiting for a retry: retry now. After a failed or cancelled turn: continue it "
        "without running finished tools again. After a successful turn: undo it and run it "
        "again.",
    ),
    Command(
        id="undo_retry", title="Undo the retry", keys=("f9",), slash="undo-retry", palette=True,
        help="Bring back the answer that the last retry took back. A retry that still runs is "
        "cancelled. Again: the other answer comes back. Possible until the next message is sent.",
    ),
    Command(
        id="steer", title="Send now", keys=("ctrl+s",), slash="steer", argument="message",
        palette=True,
        help="Send the message in the prompt, or the first queued one, without waiting for the end "
        "of the run: it stops after its model call and the tools of that call, and the message "
        "follows at once. What was said and done stays.",
    ),
    Command(
        id="unqueue", title="Bring back a dropped message", slash="unqueue", palette=True,
        help="Bring back the queued message that was dropped last.",
    ),
    Command(
        id="help", title="Help", keys=("f1",), slash="help", hint="help", palette=True,
        help="Show the keys, the commands and what each figure means.",
    ),
    Command(
        id="history", title="History", slash="history", palette=True,
        help="List the turns of this conversation.",
    ),
    Command(
        id="stats", title="Statistics", slash="stats", palette=True,
        help="Show message counts, tokens, TTFT and tok/s of this conversation.",
    ),
    Command(
        id="new_session", title="New session", keys=("ctrl+n",), slash="clear", palette=True,
        help="Start a new conversation. The current one stays in the journal.",
    ),
    Command(
        id="open_session", title="Open a session", keys=("ctrl+o",), palette=True,
        help="Continue an earlier conversation. The list sorts, renames, deletes and restores "
        "sessions; / at its start searches everything that was said.",
    ),
    Command(
        id="session", title="This session", slash="session", argument="list or id", palette=True,
        help="Show the id of this session and where it is stored. With list or an id: open another "
        "session.",
    ),
    Command(
        id="rename", title="Rename this session", slash="rename", argument="name", palette=True,
        help="Give this session a name. Without one, it is called by its first message again.",
    ),
    Command(
        id="fork", title="Fork this session", slash="fork", argument="turn", palette=True,
        help="Continue in a copy of this session, or of its turns up to a number. This one stays "
        "as it is.",
    ),
    Command(
        id="export", title="Export this session", slash="export",
        argument="html, md or jsonl, path", palette=True,
        help="Write the session to a file: as a web page that looks like the screen, as Markdown, "
        "or every event as a JSON line.",
    ),
    Command(
        id="save_files", title="Save pictures and files", slash="save", argument="folder or file",
        palette=True,
        help="Save the pictures and files of the message or call under the cursor, or of the "
        "newest that has any, in new files. Nothing is overwritten.",
    ),
    Command(
        id="agent", title="The agent", slash="agent", palette=True,
        help="Show the agent's model, host, tools and handoffs.",
    ),
    Command(
        id="show_chat", title="Chat", keys=("f2",), palette=True,
        help="Go to the chat. Press again to maximise or restore it.",
    ),
    Command(
        id="show_tools", title="Tool calls", keys=("f3",), palette=True,
        help="Go to the tool calls. Press again to maximise or restore it.",
    ),
    Command(
        id="show_performance", title="Performance", keys=("f4",), palette=True,
        help="Go to the figures. Press again to maximise or restore it.",
    ),
    Command(
        id="previous_pane", title="Previous pane", keys=("shift+tab",), action="app.focus_previous",
        help="Go to the previous pane.",
    ),
    Command(
        id="toggle_reasoning", title="Show or hide reasoning", keys=("ctrl+t",), palette=True,
        help="Show or hide the model's reasoning.",
    ),
    Command(
        id="model", title="Model", slash="model", argument="name, profile or own", palette=True,
        help="Use another model, or the server of a profile, from the next turn on; own is what "
        "the agent was started with. Without a name: list what the server has, and the profiles.",
    ),
    Command(
        id="reload", title="Reload the agent", slash="reload", palette=True,
        help="Load the agent's code again in a new process. The conversation stays.",
    ),
    Command(
        id="theme", title="Theme", slash="theme", argument="name", palette=True,
        help="Choose the colours.",
    ),
    Command(
        id="pace", title="Display pace", slash="pace",
        argument="instant, smooth or words per minute", palette=True,
        help="Choose how fast text appears: as it arrives, smoothed, or at a reading speed.",
    ),
    Command(
        id="faults", title="Faults of the demo", slash="faults", palette=True,
        help="List the failures that the demo agent can simulate.",
    ),
    Command(
        id="palette", title="Palette", keys=("ctrl+p",), hint="palette",
        help="Find a command by name.",
    ),
    Command(
        id="redraw", title="Redraw", keys=("ctrl+l",), palette=True,
        help="Paint the whole screen again.",
    ),
    Command(
        id="suspend", title="Suspend", scope="outside the prompt", keys=("ctrl+z",),
        slash="suspend", palette=True,
        help="Return to the shell. The shell command fg brings the dashboard back.",
    ),
    Command(
        id="quit", title="Quit", keys=("ctrl+q",), slash="quit", hint="quit", palette=True,
        help="Quit. Asks first during a run.",
    ),
    Command(
        id="letter.help", title="Help", scope="outside the prompt", keys=("question_mark",),
        action="help", alias_of="help",
        help="Show the help.",
    ),
    Command(
        id="layout.chat_wider", title="Give the chat more room", scope="outside the prompt",
        keys=("L",), palette=True,
        help="Move the divider of the chat. You can also drag it with the mouse. Sizes are "
        "remembered.",
    ),
    Command(
        id="layout.chat_narrower", title="Give the chat less room", scope="outside the prompt",
        keys=("H",), palette=True,
        help="Move the divider of the chat back.",
    ),
    Command(
        id="layout.tools_larger", title="Give the tool calls more room",
        scope="outside the prompt", keys=("J",), palette=True,
        help="Move the divider between the tool calls and the figures.",
    ),
    Command(
        id="layout.tools_smaller", title="Give the tool calls less room",
        scope="outside the prompt", keys=("K",), palette=True,
        help="Move the divider between the tool calls and the figures back.",
    ),
    Command(
        id="layout.fold", title="Fold this pane away", scope="outside the prompt", keys=("z",),
        palette=True,
        help="Fold the tool calls or the figures away. Their function key shows them again.",
    ),
    Command(
        id="layout.reset", title="Reset the sizes of the panes", scope="outside the prompt",
        keys=("0",), palette=True,
        help="Restore the default pane sizes, and unfold all panes.",
    ),
    Command(
        id="letter.show_chat", title="Chat", scope="outside the prompt", keys=("1",),
        action="show_chat", alias_of="show_chat",
        help="Go to the chat.",
    ),
    Command(
        id="letter.show_tools", title="Tool calls", scope="outside the prompt", keys=("2",),
        action="show_tools", alias_of="show_tools",
        help="Go to the tool calls.",
    ),
    Command(
        id="letter.show_performance", title="Performance", scope="outside the prompt", keys=("3",),
        action="show_performance", alias_of="show_performance",
        help="Go to the figures.",
    ),
    Command(
        id="next_pane", title="Next pane", scope="outside the prompt", keys=("tab",),
        action="app.focus_next",
        help="Go to the next pane.",
    ),
    Command(
        id="scroll", title="Scroll", scope="outside the prompt",
        keys=("pageup", "pagedown", "home", "end"), action="-", fixed=True,
        help="Scroll. At the end, the pane follows new text.",
    ),
    Command(
        id="stop_after_call", title="Stop after this model call", scope="outside the prompt",
        keys=("s",), palette=True,
        help="Let the running model call finish, then stop.",
    ),
    Command(
        id="cancel_tool", title="Cancel a tool", scope="outside the prompt", keys=("x",),
        palette=True,
        help="Cancel the tool under the cursor, or the only running tool. The run continues. Tools "
        "that run in a thread cannot be cancelled.",
    ),
    Command(
        id="view_files", title="View pictures and files", scope="outside the prompt", keys=("v",),
        palette=True,
        help="Show the pictures and files of the message or call under the cursor, or of the "
        "newest that has any.",
    ),
    Command(
        id="notices", title="Notices", scope="outside the prompt", keys=("exclamation_mark",),
        slash="notices", palette=True,
        help="List what the line above the prompt has said, the newest first.",
    ),
    Command(
        id="search", title="Search the chat", scope="outside the prompt", keys=("slash",),
        slash="search", argument="words", palette=True,
        help="Find words in the chat, folded parts included.",
    ),
    Command(
        id="next_hit", title="Next match", scope="outside the prompt", keys=("n",),
        help="Go to the next match of the search.",
    ),
    Command(
        id="previous_hit", title="Previous match", scope="outside the prompt", keys=("N",),
        help="Go to the previous match of the search.",
    ),
)  # fmt: skip
