"""A JUnit report: a test case for each run."""

from xml.sax.saxutils import escape, quoteattr

from tui.core.sanitize.characters import clean
from tui.headless.report.summary import RunPart, Summary


def junit(summary: Summary) -> str:
    """The XML document; gates that were not kept are test cases that failed."""
    broken = [gate for gate in summary.gates if not gate["kept"]]
    cases = [*map(_run_case, summary.results), *map(_gate_case, summary.gates)]
    failures = summary.runs.failed + len(broken)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites tests="{len(cases)}" failures="{failures}" time="{summary.seconds:.3f}">',
            f'<testsuite name={quoteattr(_text(summary.agent) or "streamtui")} tests="{len(cases)}"'
            f' failures="{failures}" skipped="{summary.runs.cancelled}"'
            f' time="{summary.seconds:.3f}">',
            *cases,
            "</testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _run_case(run: RunPart) -> str:
    name = run.id if run.round <= 1 else f"{run.id} #{run.round}"
    took = f' time="{run.seconds:.3f}"' if run.seconds is not None else ""
    lines = [f'<testcase classname="runs" name={quoteattr(_text(name))}{took}>']
    if run.outcome == "failed":
        message, kind = quoteattr(_text(run.error or "failed")), quoteattr(run.kind or "")
        lines.append(f"<failure message={message} type={kind}/>")
    elif run.outcome == "cancelled":
        lines.append('<skipped message="cancelled"/>')
    lines.append(f"<system-out>{escape(_text(run.answer))}</system-out>")
    lines.append("</testcase>")
    return "\n".join(lines)


def _gate_case(gate: dict[str, object]) -> str:
    name = quoteattr(_text(str(gate["gate"])))
    if gate["kept"]:
        return f'<testcase classname="gates" name={name}/>'
    measured = "" if gate["value"] is None else f"measured: {gate['value']} {gate['unit']} "
    message = quoteattr(f"{measured}{gate['why']}".rstrip())
    return f'<testcase classname="gates" name={name}><failure message={message}/></testcase>'


def _text(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    kept = (
        char
        for char in clean(text)
        if char not in "\ufffe\uffff" and (char >= " " or char in "\n\t")
    )
    return "".join(kept).encode("utf-8", "replace").decode()
