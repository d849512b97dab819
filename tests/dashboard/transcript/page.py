"""A conversation that holds one of everything the transcript can show."""

from tui.dashboard.transcript import Transcript

MARKDOWN = """\
# A heading

Words that are **strong**, *stressed*, ~~struck~~ or `code`, [a link](https://example.org/page) and
[another][ref], a note[^1], <kbd>raw</kbd> HTML and an ![image](https://example.org/i.png).

## A smaller one

- one
- two, which goes on for long enough that it has to be wrapped even where there is a lot of room
  - nested
    1. deeper
    2. still
- [ ] to do
- [x] done

1. loose

   with a paragraph

2. list

> A quote with **style**
>
> - and a list

| left | centre | right |
|:-----|:------:|------:|
| a cell with so much text that it has to wrap somewhere | x | 1 |
| b | `code` | 1,000 |

```python
def roll(sides: int = 20) -> int:
    \"\"\"A comment of sorts.\"\"\"
    return random.randint(1, sides)  # fair
```

    indented code

---

Tiếng Việt, 中文字符, ภาษาไทย, हिन्दी, العربية, 👩‍👩‍👧.

[ref]: https://example.org/reference
[^1]: The note itself.
"""


def converse(transcript: Transcript) -> None:
    """Put the whole page into a transcript."""
    at = 1_700_000_000.0
    transcript.add_user("user", "Show me *everything*, please.\nOn two lines.", at)
    transcript.start_reasoning("reasoning", at)
    transcript.append_reasoning("reasoning", "First **think**, then speak.")
    transcript.finish_reasoning("reasoning", 3.2)
    transcript.fold("reasoning", folded=False)
    transcript.add_tool("roll", "roll_dice", at)
    transcript.set_tool_arguments("roll", '{"sides": 20}')
    transcript.finish_tool("roll", state="ok", result="17", seconds=0.012)
    transcript.add_tool("ask", "ask_expert", at, parent="roll")
    transcript.finish_tool("ask", state="failed", result="no expert\nfound", seconds=1.25)
    transcript.fold("ask", folded=False)
    transcript.add_tool("wait", "wait", at)
    transcript.add_handoff("Triage", "Game Master", at)
    transcript.start_answer("answer", "Game Master", at)
    for start in range(0, len(MARKDOWN), 17):
        transcript.append("answer", MARKDOWN[start : start + 17])
    transcript.finish("answer", interrupted="cancelled")
    transcript.start_answer("json", "Clerk", at, as_json=True)
    transcript.append("json", '{"sum": 17, "ok": true, "parts": ["a", null]}')
    transcript.finish("json")
    transcript.add_error(
        "error",
        "The provider closed the connection",
        "Go on from what is finished, or change the model.",
        "^R retry",
        "httpx.RemoteProtocolError: peer closed connection",
        at,
    )
    transcript.fold("error", folded=False)
    transcript.add_notice("A new worker has been started.", at)
    transcript.show_thinking("thinking…")
