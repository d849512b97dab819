// The figures that the server has: this page only shows them.

import { make, seconds } from "./dom.js";

const NAMES = {
	prepare: "prepare", connect: "request", wait: "wait for the model", decode: "answer", tool: "tool",
	backoff: "wait to retry", approval: "wait for approval", queue: "start", runner: "runner",
};

export class Figures {
	#values;
	#waterfall;
	#cells = new Map();

	constructor(values, waterfall) {
		this.#values = values;
		this.#waterfall = waterfall;
	}

	clear() {
		this.#values.replaceChildren();
		this.#cells.clear();
		this.#draw(null);
	}

	show(figures) {
		const { session, turn, attempt } = figures;
		const live = known(figures.live) ? figures.live : attempt?.rate;
		this.#cell("Time to first token", time(attempt?.ttft));
		this.#cell("First word of the turn", time(turn?.ttfo));
		this.#cell("Tokens per second", number(live, 1));
		this.#cell("Turn", time(turn?.e2e));
		this.#cell("Tokens in / out", `${number(session.tokens.input)} / ${number(session.tokens.output)}`);
		this.#cell("Cost", known(session.tokens.cost) ? `${sign(session.tokens.cost)}$${session.tokens.cost.value.toFixed(4)}` : "—");
		this.#cell("TTFT p50 / p95", `${sign(session.ttft)}${seconds(session.ttft.p50)} / ${sign(session.ttft)}${seconds(session.ttft.p95)}`);
		this.#cell("Requests / failed in the session", `${session.attempts} / ${session.failed}`);
		this.#cell("Retries in the session", String(session.retries));
		this.#draw(turn);
	}

	#cell(name, text) {
		let cell = this.#cells.get(name);
		if (cell === undefined) {
			cell = make("dd");
			this.#cells.set(name, cell);
			this.#values.append(make("div", {}, make("dt", {}, name), cell));
		}
		if (cell.textContent !== text) cell.textContent = text;
	}

	#draw(turn) {
		const rows = turn ? rowsOf(turn.spans) : [];
		const whole = turn ? turn.end - turn.start : 1;
		this.#waterfall.replaceChildren(...rows.flatMap((row) => drawn(row, turn.start, whole)));
		if (rows.length === 0) this.#waterfall.append(make("span", { className: "empty" }, "Nothing has run yet."));
	}
}

// One row for each request and each tool call; their parts lie side by side.
function rowsOf(spans) {
	const rows = new Map();
	for (const span of spans) {
		const key = span.key || span.part;
		const row = rows.get(key) ?? { spans: [], label: labelOf(span), depth: span.depth };
		row.spans.push(span);
		rows.set(key, row);
	}
	return [...rows.values()];
}

function labelOf(span) {
	const name = span.name || NAMES[span.part] || span.part;
	return span.attempt > 1 ? `${name} (attempt ${span.attempt})` : name;
}

function drawn(row, start, whole) {
	const track = make("span", { className: "track" });
	for (const span of row.spans) {
		const bad = span.outcome === "error" || span.outcome === "failed";
		const title = `${NAMES[span.part] ?? span.part} ${seconds((span.end - span.start) / 1e9)}`;
		const bar = make("span", { className: "bar", title, data: { part: bad ? "bad" : span.part } });
		bar.style.left = `${percent(span.start - start, whole)}%`;
		bar.style.width = `${percent(span.end - span.start, whole)}%`;
		track.append(bar);
	}
	const took = (row.spans.at(-1).end - row.spans[0].start) / 1e9;
	const label = make("span", { title: row.label }, row.label);
	label.style.paddingLeft = `${row.depth * 0.8}rem`;
	return [label, track, make("span", { className: "time" }, seconds(took))];
}

const percent = (part, whole) => Math.min(100, Math.max(0, (100 * part) / Math.max(1, whole))).toFixed(2);
const known = (figure) => (figure?.quality ?? "unavailable") !== "unavailable";
const sign = (figure) => (figure.quality === "estimated" ? "~" : "");
const time = (figure) => (known(figure) ? sign(figure) + seconds(figure.value) : "—");
const number = (figure, digits = 0) =>
	known(figure) ? sign(figure) + figure.value.toLocaleString("en", { maximumFractionDigits: digits }) : "—";
