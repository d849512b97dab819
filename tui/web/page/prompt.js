// The text that is written: Enter sends it, Shift+Enter starts a line. A draft survives a reload.

const DRAFT = "streamtui.draft";

export class Prompt {
	#area;
	#send;
	#sent = []; // for Up, the newest last
	#place = 0;

	// `send(text)` resolves to whether the text was taken.
	constructor(area, send) {
		this.#area = area;
		this.#send = send;
		area.value = sessionStorage.getItem(DRAFT) ?? "";
		area.oninput = () => this.#changed();
		area.onkeydown = (event) => this.#key(event);
		this.#changed();
	}

	async send() {
		const text = this.#area.value;
		if (text.trim() === "") return;
		this.#put("");
		if (await this.#send(text)) {
			this.#sent.push(text);
			this.#place = this.#sent.length;
		} else if (this.#area.value === "") this.#put(text);
	}

	#key(event) {
		// An input method ends a word with Enter.
		if (event.isComposing) return;
		if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
			event.preventDefault();
			this.send();
		} else if (event.key === "ArrowUp" && this.#area.value === (this.#sent[this.#place] ?? "") && this.#place > 0) {
			event.preventDefault();
			this.#put(this.#sent[(this.#place -= 1)]);
		} else if (event.key === "ArrowDown" && this.#place < this.#sent.length && this.#area.value === this.#sent[this.#place]) {
			event.preventDefault();
			this.#put(this.#sent[(this.#place += 1)] ?? "");
		}
	}

	#put(text) {
		this.#area.value = text;
		this.#changed();
	}

	#changed() {
		sessionStorage.setItem(DRAFT, this.#area.value);
		if (CSS.supports("field-sizing", "content")) return;
		this.#area.style.height = "auto";
		this.#area.style.height = `${this.#area.scrollHeight + 2}px`;
	}
}
