// Tool calls, newest last: a line each, which opens to the arguments and the result.

import { make, seconds } from "./dom.js";

export class Calls {
	#root;
	#rows = new Map();

	constructor(root) {
		this.#root = root;
		this.clear();
	}

	clear() {
		this.#rows.clear();
		this.#root.replaceChildren(make("p", { className: "empty" }, "No tool was called yet."));
	}

	// What is known of a call: {name, agent, arguments, output, state, outcome, duration}.
	show(key, known) {
		let row = this.#rows.get(key);
		if (row === undefined) {
			if (this.#rows.size === 0) this.#root.replaceChildren();
			row = new Row();
			this.#rows.set(key, row);
			this.#root.append(row.node);
		}
		row.show(known);
	}
}

class Row {
	known = { name: "", agent: "", arguments: "", output: "", state: "running", outcome: "", duration: null };
	node = make("details", { className: "call" });
	#name = make("span", { className: "name" });
	#outcome = make("span", { className: "outcome" });
	#time = make("span", { className: "time" });
	#body = make("div");

	constructor() {
		this.node.append(make("summary", {}, this.#name, this.#outcome, this.#time), this.#body);
		this.node.addEventListener("toggle", () => this.#fill());
	}

	show(known) {
		for (const [field, value] of Object.entries(known)) {
			if ((value ?? null) !== null) this.known[field] = value;
		}
		const { name, agent, state, outcome, duration } = this.known;
		this.node.dataset.state = state;
		this.#name.textContent = agent === "" ? name : `${agent} › ${name}`;
		this.#name.title = this.#name.textContent;
		this.#outcome.textContent = outcome;
		this.#time.textContent = duration === null ? "" : seconds(duration);
		this.#fill();
	}

	// A closed row holds no text: there may be thousands.
	#fill() {
		if (!this.node.open) {
			this.#body.replaceChildren();
			return;
		}
		this.#body.replaceChildren(...part("Arguments", this.known.arguments));
		if (this.known.output !== "" || this.known.state !== "running") {
			this.#body.append(...part("Result", this.known.output));
		}
	}
}

const part = (title, text) => [
	make("h4", {}, title),
	make("pre", { tabIndex: 0 }, text === "" ? "(nothing)" : indented(text)),
];

export function indented(text) {
	try {
		const value = JSON.parse(text);
		return typeof value === "object" && value !== null ? JSON.stringify(value, null, 2) : text;
	} catch {
		return text;
	}
}
