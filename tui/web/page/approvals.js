// Tool calls that wait for an answer: one card each, with the whole arguments.

import { indented } from "./calls.js";
import { button, make } from "./dom.js";

export class Approvals {
	#root;
	#decide;
	#cards = new Map();

	// `decide(call, {approve, always, reason})` sends the answer.
	constructor(root, decide) {
		this.#root = root;
		this.#decide = decide;
	}

	clear() {
		this.#cards.clear();
		this.#root.replaceChildren();
	}

	ask({ call, name, arguments: given, agent }) {
		this.close(call);
		const reason = make("input", { ariaLabel: "Reason", placeholder: "Reason, for the model" });
		const answer = (approve, always) => {
			for (const each of card.querySelectorAll("button")) each.disabled = true;
			this.#decide(call, { approve, always, reason: approve ? "" : reason.value }).catch(() => {
				for (const each of card.querySelectorAll("button")) each.disabled = false;
			});
		};
		const card = make(
			"div",
			{ className: "approval", role: "group", ariaLabel: `Approval of ${name}` },
			make("p", {}, `${agent} wants to call `, make("strong", {}, name)),
			make("pre", { tabIndex: 0 }, indented(given)),
			make(
				"div",
				{},
				button("Approve", () => answer(true, false), { className: "primary" }),
				button("Always approve", () => answer(true, true)),
				button("Reject", () => answer(false, false)),
				reason,
			),
		);
		this.#cards.set(call, card);
		this.#root.append(card);
	}

	close(call) {
		this.#cards.get(call)?.remove();
		this.#cards.delete(call);
	}
}
