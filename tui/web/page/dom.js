// Small helpers for making elements.

export const $ = (id) => document.getElementById(id);

// make("p", { className: "x" }, "text", node): text is always text.
export function make(name, properties = {}, ...children) {
	const node = document.createElement(name);
	const { data = {}, ...rest } = properties;
	Object.assign(node, rest);
	Object.assign(node.dataset, data);
	node.append(...children);
	return node;
}

export function button(text, onclick, properties = {}) {
	return make("button", { type: "button", onclick, ...properties }, text);
}

// Calls a function once in the next frame, however often it was asked for.
export class NextFrame {
	#do;
	#asked = false;

	constructor(run) {
		this.#do = run;
	}

	ask() {
		if (this.#asked) return;
		this.#asked = true;
		// A hidden page gets no frames.
		if (document.hidden) setTimeout(() => this.#run(), 200);
		else requestAnimationFrame(() => this.#run());
	}

	#run() {
		this.#asked = false;
		this.#do();
	}
}

export function seconds(value) {
	if ((value ?? null) === null) return "—";
	if (value < 0.9995) return `${Math.round(value * 1000)} ms`;
	if (value < 60) return `${value.toFixed(value < 10 ? 2 : 1)} s`;
	return `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, "0")} min`;
}
