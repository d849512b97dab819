"""What is written into a conversation where an answer or a tool call was cut off.

Stored conversations are searched for these texts, so they must not change.
"""

INTERRUPTED_MARK = "\n\n[interrupted]"
RECOVERY_PROMPT = (
    "[Your last answer above was cut off. Go on from exactly where it stopped, "
    "without repeating what was already said; begin with a space if one is due there.]"
)
INTERRUPTED_OUTPUT = "interrupted; may have completed"
NOT_RUN_OUTPUT = "not run: it was cancelled before it started"
