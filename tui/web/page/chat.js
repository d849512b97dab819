// The conversation. While an answer streams, only its open block is drawn, once per frame.

import { NextFrame, make } from "./dom.js";
import { MarkdownView } from "./markdown.js";

const NEAR_END = 48; // pixels: a reader this close to the end stays there

export class Chat {
	#log;
	#toEnd;
	#items = new Map(); // what streams now, by the server's keys
	#agent = "";
	#following = true;
	#unsent = make("div");
	#frame = new NextFrame(() => this.#draw());

	constructor(log, toEnd) {
		this.#log = log;
		this.#toEnd = toEnd;
		log.onscroll = () => this.#scrolled();
		toEnd.onclick = () => this.follow();
		new ResizeObserver(() => this.#following && this.follow()).observe(log);
	}

	clear() {
		this.#items.clear();
		this.#agent = "";
		this.#log.replaceChildren();
		this.follow();
	}

	// `sent`: its run has begun; until then it may still be taken back.
	user(text, sent = true) {
		this.settle();
		this.#unsent.remove();
		const node = make("div", { className: `message user${sent ? "" : " unsent"}`, ariaLabel: "You" }, text);
		if (!sent) this.#unsent = node;
		this.#put(node);
	}

	takeBack() {
		this.#unsent.remove();
	}

	answer(key, delta, agent, refused) {
		this.#item(key, () => new Answer(agent === this.#agent ? "" : agent, refused)).append(delta);
		this.#agent = agent;
		this.#frame.ask();
	}

	reasoning(key, delta, title) {
		this.#item(key, () => new Aside(title)).append(delta);
		this.#frame.ask();
	}

	// The whole text of an item is another one now.
	replace(key, text, reason) {
		const item = this.#items.get(key);
		if (item === undefined) return;
		item.replace(text, reason);
		this.#frame.ask();
	}

	note(text, className = "note") {
		const lines = text.split("\n").map((line) => make("p", {}, line));
		this.#put(make("div", { className: `message ${className}` }, ...lines));
	}

	// The run has ended: nothing streams any more.
	settle() {
		for (const item of this.#items.values()) item.end();
		this.#items.clear();
		this.#frame.ask();
	}

	follow() {
		this.#following = true;
		this.#log.scrollTop = this.#log.scrollHeight;
		this.#toEnd.hidden = true;
	}

	#item(key, begin) {
		let item = this.#items.get(key);
		if (item === undefined) {
			item = begin();
			this.#items.set(key, item);
			this.#put(item.node);
		}
		return item;
	}

	#put(node) {
		this.#log.append(node);
		this.#frame.ask();
	}

	#draw() {
		for (const item of this.#items.values()) item.draw();
		if (this.#following) this.#log.scrollTop = this.#log.scrollHeight;
		else this.#toEnd.hidden = false;
	}

	#scrolled() {
		const { scrollTop, clientHeight, scrollHeight } = this.#log;
		this.#following = scrollTop + clientHeight >= scrollHeight - NEAR_END;
		if (this.#following) this.#toEnd.hidden = true;
	}
}

class Answer {
	node = make("div", { className: "message answer" });
	#text = make("div");
	#view = new MarkdownView(this.#text);
	#grown = false;

	constructor(agent, refused) {
		if (agent !== "") this.node.append(make("div", { className: "agent" }, agent));
		if (refused) this.node.append(make("div", { className: "agent" }, "refused"));
		this.node.append(this.#text);
	}

	append(delta) {
		this.#view.append(delta);
		this.#grown = true;
	}

	replace(text, reason) {
		if (reason !== "") this.node.append(make("div", { className: "agent" }, reason));
		this.#text.replaceChildren();
		this.#view = new MarkdownView(this.#text);
		this.append(text);
	}

	draw() {
		if (this.#grown) this.#view.draw();
		this.#grown = false;
	}

	end() {
		this.#view.end();
	}
}

// Reasoning, or what a nested agent says: folded until somebody wants it.
class Aside {
	node = make("details", { className: "message reasoning" });
	#text = make("div");
	#waiting = [];

	constructor(title) {
		this.node.append(make("summary", {}, title), this.#text);
	}

	append(delta) {
		this.#waiting.push(delta);
	}

	replace(text) {
		this.#text.replaceChildren();
		this.#waiting = [text];
	}

	draw() {
		if (this.#waiting.length > 0) this.#text.append(this.#waiting.join(""));
		this.#waiting = [];
	}

	end() {
		this.draw();
	}
}
