"""The table of docs/shell.md: one row for each situation, with how it ends."""

from typing import NamedTuple


class Row(NamedTuple):
    """``script`` is run by bash, in a folder with ``agent.py``; its exit code is ``code``.

    ``out`` is all of stdout, or None if it depends on when the run was ended. ``err``: words that
    must be on stderr. The prompts are those that `answers.py` has an answer for.
    """

    situation: str
    script: str
    code: int
    out: str | None = ""
    err: tuple[str, ...] = ()


HELLO = "You said hello.\n"
RUN = "streamtui run agent.py"
UNTIL_IT_SPEAKS = f"{RUN} slow > out.txt & until [ -s out.txt ]; do sleep 0.05; done; "
UNTIL_IT_NAPS = f"{RUN} 'call nap' & until [ -e napping ]; do sleep 0.05; done; "

ROWS = (
    # streams
    Row("stdout is closed (`>&-`)", f"{RUN} hello >&-", 141, err=("stdout is closed",)),
    Row("stderr is closed (`2>&-`)", f"{RUN} hello 2>&-", 0, HELLO),
    Row("stderr is closed, several prompts",
        f"printf 'a\\nb\\n' > p.txt; {RUN} --prompts p.txt 2>&-", 0, "You said a.\nYou said b.\n"),
    Row("stdin is closed (`<&-`)", f"{RUN} hello <&-", 0, HELLO),
    Row("all three are closed", f"{RUN} hello <&- >&- 2>&-", 141),
    Row(
        "prompt `-`, stdin closed or empty",
        f"{RUN} - <&- ; test $? = 2 && {RUN} - < /dev/null",
        2,
        err=("The prompt is empty",),
    ),
    Row("prompt `-`, stdin is binary", f"printf 'a\\377\\000b' | {RUN} -", 0,
        "You said a\ufffd\ufffdb.\n"),
    Row(
        "prompt `-` of 10 MB",
        f"head -c 10000000 /dev/zero | tr '\\0' x | {RUN} --no-journal - | wc -c",
        0,
        f"{10_000_000 + len('You said .') + 1}\n",
    ),
    Row(
        "a prompt of 100 kB as an argument",
        f'{RUN} "$(head -c 100000 /dev/zero | tr "\\0" x)" | wc -c',
        0,
        f"{100_000 + len('You said .') + 1}\n",
    ),
    Row("nobody reads stdin (`yes | …`)", f"yes | {RUN} hello; exit ${{PIPESTATUS[1]}}", 0, HELLO),
    # pipelines
    Row("`… | head -1`", f"{RUN} long | head -1; exit ${{PIPESTATUS[0]}}", 141, "line 0\n"),
    Row("`… | head -c 0`", f"{RUN} long | head -c 0; exit ${{PIPESTATUS[0]}}", 141),
    Row(
        "`… | head -1` with `set -o pipefail`",
        f"set -o pipefail; {RUN} long | head -1",
        141,
        "line 0\n",
    ),
    Row(
        "`… | head -1`, and SIGPIPE is ignored",
        f"trap '' PIPE; {RUN} long | head -1; exit ${{PIPESTATUS[0]}}",
        141,
        "line 0\n",
    ),
    Row(
        "a failed run, `set -o pipefail`",
        f"set -o pipefail; {RUN} fail | cat",
        1,
        err=("failed: ",),
    ),
    Row("`answer=$(…)`", f'answer=$({RUN} hello 2> /dev/null) && echo "<$answer>"', 0,
        "<You said hello.>\n"),
    # the disk
    Row("stdout on a full disk", f"{RUN} hello > /dev/full", 2,
        err=("stdout cannot be written: No space left on device",)),
    Row("`--out` on a full disk", f"{RUN} hello --out /dev/full", 2, HELLO,
        ("/dev/full cannot be written: No space left on device",)),
    Row("`--junit` or `--csv` on a full disk",
        f"{RUN} hello --junit /dev/full; test $? = 2 && {RUN} hello --csv /dev/full", 2,
        HELLO * 2, ("/dev/full cannot be written: No space left on device",)),
    Row("`umask 077`", f"umask 077; {RUN} hello --out o --junit j --csv c; stat -c %a o j c", 0,
        HELLO + "600\n600\n600\n"),
    # the environment
    Row("`env -i`, only `PATH`, the key and the server",
        f'env -i PATH="$PATH" OPENAI_API_KEY=k OPENAI_BASE_URL="$OPENAI_BASE_URL" '
        f'XDG_DATA_HOME="$XDG_DATA_HOME" {RUN} hello', 0, HELLO),
    Row("`TERM` is not set", f"env -u TERM {RUN} hello", 0, HELLO),
    Row("`HOME` is not set", f"env -u HOME {RUN} hello", 0, HELLO),
    Row("the folder for data cannot be written",
        f"env -u XDG_DATA_HOME HOME=/dev/null {RUN} hello", 0, HELLO,
        ("The runs are not stored as sessions. Not saved: the journal cannot be written",)),
    Row("the working folder was deleted",
        'a="$PWD/agent.py"; mkdir gone; cd gone; rmdir ../gone; streamtui run "$a" hello', 2,
        err=("The working folder no longer exists",)),
    Row("a locale that is not UTF-8",
        f"export LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0 PYTHONIOENCODING=ascii; {RUN} chào", 0,
        "You said chào.\n"),
    Row("few open files (`ulimit -n 9`)", f"ulimit -n 9; {RUN} hello", 2,
        err=("Too many open files",)),
    # jobs and signals
    Row("in the background, then `wait`", f"{RUN} hello & wait $!", 0, HELLO),
    Row("Ctrl+C while it is in the background of a script",
        f"{RUN} long > out.txt & until [ -s out.txt ]; do sleep 0.05; done; kill -INT $!; wait $!; "
        "code=$?; tail -1 out.txt; exit $code", 0, "line 39\n"),
    Row("`nohup …`, and the terminal is closed",
        f"nohup {RUN} long > out.txt & until [ -s out.txt ]; do sleep 0.05; done; kill -HUP $!; "
        "wait $!; code=$?; tail -1 out.txt; exit $code", 0, "line 39\n"),
    Row("the terminal is closed (SIGHUP)", UNTIL_IT_SPEAKS + "kill -HUP $!; wait $!", 129,
        err=("cancelled",)),
    Row("SIGTERM while a tool hangs", UNTIL_IT_NAPS + "kill -TERM $!; wait $!", 143,
        err=("cancelled",)),
    Row("`kill -9`", UNTIL_IT_NAPS + "kill -9 $!; wait $!; code=$?; "
        "while kill -0 $(cat napping); do sleep 0.05; done 2> /dev/null; exit $code", 137,
        err=("Killed",)),
    Row("`timeout 1 …`", f"timeout 1 {RUN} slow", 124, None),
    Row("`timeout --preserve-status 1 …`", f"timeout --preserve-status 1 {RUN} slow", 143, None),
    Row("Ctrl+C under `timeout`, which passes it on twice",
        f"set -m; timeout 60 {RUN} slow --out o.json > out.txt & "
        "until [ -s out.txt ]; do sleep 0.05; done; kill -INT $!; wait $!; code=$?; "
        "grep cancelled o.json | head -1; exit $code", 130, '    "cancelled": 1\n'),
    Row("Ctrl+C while the agent is loaded",
        "set -m; echo 'import time; open(\"loading\", \"w\"); time.sleep(600)' > agent.py; "
        f"{RUN} hello & until [ -e loading ]; do sleep 0.05; done; kill -INT $!; wait $!", 130,
        err=("nterrupt",)),  # ours, or the shell's own word
    # others that start it
    Row("a recipe of make",
        f"printf 'all:\\n\\t@{RUN} hello\\n\\t@{RUN} fail\\n' | make -f -", 2, HELLO,
        ("Error 1",)),
    Row("`make -j -O`, and a gate is not kept",
        f"printf 'all: a b\\na:\\n\\t@{RUN} hello\\nb:\\n"
        f"\\t@{RUN} hello --slo \"e2e max < 1us\"\\n' | make -j2 -O -f -", 2, HELLO * 2,
        ("Error 3",)),
    Row("`xargs -P 3`, a file for each answer",
        f"printf 'a\\nb\\nc\\n' | xargs -P 3 -I{{}} sh -c '{RUN} {{}} > {{}}.txt'; cat ?.txt; "
        "streamtui sessions list | wc -l", 0, "You said a.\nYou said b.\nYou said c.\n3\n"),
    Row("`xargs`, and one run fails", f"printf 'a\\nfail\\n' | xargs -n 1 {RUN}", 123,
        "You said a.\n", ("failed: ",)),
    # the agent
    Row("there is no such agent", "streamtui run nowhere.py hello", 2, err=("nowhere.py",)),
    Row("the agent's file cannot be read", "ln -s loop.py loop.py; streamtui run loop.py hello", 2,
        err=("loop.py",)),
    Row("the agent prints to stdout", f"{RUN} 'call chatter'", 0, "It gave: done\n",
        ("from Python", "from C")),
    Row("a tool ends its process", f"{RUN} 'call leave'", 1, "", ("exit code 3",)),
    Row("a worker is killed (`kill -9`)", UNTIL_IT_NAPS + "kill -9 $(cat napping); wait $!", 1,
        err=("SIGKILL",)),
)  # fmt: skip
