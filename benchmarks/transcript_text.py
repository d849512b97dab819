"""A provider's script for the transcript: asked for ``KIND COUNT RATE LAST7``, it streams that.

KIND is markdown, plain, prose, fence, table or list, or hostile: line (without an end), brackets
(that are never closed), marks (ten thousand on one letter) or nested (500 lists and quotes). COUNT
deltas at RATE a second (0: full speed). The last delta is DONE7, a word that occurs nowhere else.
Asked for anything else it streams what the environment's BENCH_TEXT says.
"""

import itertools
import os
import re
from collections.abc import Iterator

from benchmarks.plain_text import WORDS
from tests.support.provider import Answer
from tests.support.provider.request import RequestRecord

PAGE = """\
## What the survey found

The **old bridge** over the river holds *more than it did*, says [the report](https://example.org/r),
though `load_test()` was run only twice and nobody has looked at the northern pier since March.

- inspect the northern pier
- repeat the load test
  - with two lorries
  - with a full tram
- publish the figures

1. First the mayor is told.
2. Then the paper is told.

| part | state | checked |
|:-----|:-----:|--------:|
| pier north | unknown | 1987 |
| pier south | sound | 2024 |
| deck | **worn** | 2025 |

> It will hold. It always has.

```python
def load_test(lorries: int) -> bool:
    \"\"\"Whether the bridge still stands.\"\"\"
    return all(cross(number) for number in range(lorries))
```

"""
_LEVELS = 500
_NESTED = [f"{'  ' * (level % 60)}- level {level}\n" for level in range(_LEVELS)]
ENDLESS = {
    "plain": ("", f"{' '.join([*WORDS, *WORDS])} " * 5 + "\n\n"),
    "prose": ("", "The old bridge over a *quiet* river holds `more` than it did. " * 8 + "\n\n"),
    "fence": ("```python\n", "    total = total + weigh(lorry, 'northern pier')  # in tonnes\n"),
    "table": ("| part | state |\n|---|---|\n", "| the northern pier | **worn** but it holds |\n"),
    "line": ("", "a_word_without_any_end_" * 2),
    "brackets": ("", "[ *a _b <c ![[" * 2),
    "marks": ("e" + "\u0301" * 10_000 + " ", "e" + "\u0301" * 40 + " "),
    "nested": (
        f"{'> ' * _LEVELS}deep\n\n{'- ' * _LEVELS}deep\n\n{''.join(_NESTED)}\n",
        f"{'> ' * 40}- deep\n",
    ),
    "list": ("", "- the northern pier is *worn* but it holds\n"),
}


def deltas(kind: str, count: int, last: str) -> list[str]:
    """Words, as a model sends them."""
    head, body = ENDLESS.get(kind, ("", PAGE))
    words = itertools.chain(_words(head), itertools.cycle(list(_words(body))))
    close = "\n```" if kind == "fence" else ""
    return [*itertools.islice(words, count - 1), f"{close}\n\n{last}"]


def _words(text: str) -> Iterator[str]:
    return iter(re.findall(r"\s*\S+\s?(?:\n+)?", text))


def ROUTE(request: RequestRecord) -> Answer:  # noqa: N802 - the provider's name for it
    asked = request.last_user_text.split()
    if len(asked) != 4:
        asked = os.environ.get("BENCH_TEXT", "markdown 20000 0 LAST").split()
    kind, count, rate, last = asked
    pace = 1 / float(rate) if float(rate) else 0
    return Answer(deltas=deltas(kind, int(count), last.replace("LAST", "DONE")), pace=pace)
