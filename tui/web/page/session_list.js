// The stored sessions: open one, or delete it.

import { json } from "./api.js";
import { button, make } from "./dom.js";

export class SessionList {
	#dialog;
	#list;
	#session;

	constructor(dialog, list, session) {
		this.#dialog = dialog;
		this.#list = list;
		this.#session = session;
	}

	async show() {
		this.#dialog.showModal();
		await this.#load();
	}

	async #load() {
		try {
			const { sessions } = await json("GET", "sessions");
			this.#list.replaceChildren(...sessions.map((each) => this.#line(each)));
			if (sessions.length === 0) this.#list.append(make("li", {}, "There is no session yet."));
		} catch (error) {
			this.#list.replaceChildren(make("li", {}, error.message));
		}
	}

	#line({ id, title, last_activity: last, status }) {
		const when = `${new Date(last).toLocaleString()}${status === "idle" ? "" : ` · ${status}`}`;
		const open = button("", () => this.#open(id), { className: "open" });
		open.append(title || "(empty)", make("small", {}, when));
		if (id === this.#session.id) open.ariaCurrent = "true";
		const remove = button("Delete", () => this.#delete(id, remove), { ariaLabel: `Delete ${title}` });
		return make("li", {}, open, remove);
	}

	#open(id) {
		this.#dialog.close();
		this.#session.open(id);
	}

	async #delete(id, asked) {
		if (asked.textContent !== "Really?") {
			asked.textContent = "Really?";
			return;
		}
		try {
			await json("DELETE", `sessions/${encodeURIComponent(id)}`);
			if (id === this.#session.id) this.#session.startNew();
			await this.#load();
		} catch (error) {
			asked.textContent = error.message;
		}
	}
}
