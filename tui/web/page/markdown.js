// Markdown as it streams. Text only ever becomes text nodes and the elements made here: HTML in an
// answer is shown, not run. A block that has ended is never drawn again; only the open one is.

import { inline } from "./inline.js";

const FENCE = /^ {0,3}(`{3,}|~{3,})[^`]*$/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+(.*?))??(?:\s+#+)?\s*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^ {0,3}([-*+]|\d{1,9}[.)])(?:\s+|$)/;
const COLUMNS = /^ {0,3}\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?\s*$/;
const TASK = /^\[([ xX])\]\s+/;
const MAYBE_TASK = /^(?:\[(?:[ xX](?:\]\s*)?)?)?$/;
const UNSURE = /^ {0,3}(?:\d{0,9}[.)]?|[-*+_#>`~|:=\s]*)$/; // may still begin another block
const LONG = 2000; // characters of a paragraph after which what is drawn is kept
const DEEPEST = 12; // quotes and lists within each other

export class MarkdownView {
	#root;
	#depth;
	#partial = ""; // the line that has not ended yet
	#block = null; // the open block
	#guess = null; // what the open line would begin, if it ended here

	constructor(root, depth = 0) {
		this.#root = root;
		this.#depth = depth;
	}

	append(text) {
		const lines = (this.#partial + text).split("\n");
		this.#partial = lines.pop();
		for (const line of lines) this.#add(line.replace(/\r$/, ""));
	}

	// Draw what came since the last call: once per frame is enough.
	draw() {
		const line = this.#partial;
		if (line.trim() === "" || this.#block?.takes(line)) {
			this.#drop();
			this.#block?.draw(line);
			return;
		}
		this.#block?.draw("");
		const guess = blockOf(line, this.#depth);
		if (this.#guess?.constructor !== guess.constructor) {
			this.#drop();
			this.#guess = guess;
			guess.placeIn(this.#root);
		}
		this.#guess.draw(line);
	}

	end() {
		if (this.#partial !== "") this.#add(this.#partial);
		this.#partial = "";
		this.#block?.end();
		this.#block = null;
	}

	#add(line) {
		if (this.#block?.takes(line)) {
			this.#drop();
			this.#block.add(line);
			return;
		}
		this.#block?.end();
		this.#block = null;
		if (line.trim() === "") return;
		const made = blockOf(line, this.#depth);
		if (this.#guess?.constructor === made.constructor) {
			this.#block = this.#guess;
			this.#guess = null;
		} else {
			this.#drop();
			this.#block = made;
			made.placeIn(this.#root);
		}
		this.#block.add(line);
	}

	#drop() {
		this.#guess?.remove();
		this.#guess = null;
	}
}

export function markdown(root, text, depth = 0) {
	const view = new MarkdownView(root, depth);
	view.append(text);
	view.end();
}

function blockOf(line, depth) {
	if (FENCE.test(line)) return new Fence();
	if (RULE.test(line)) return new Rule();
	if (HEADING.test(line)) return new Heading();
	if (depth < DEEPEST && QUOTE.test(line)) return new Quote(depth);
	if (depth < DEEPEST && ITEM.test(line)) return new Item(depth);
	return new Paragraph();
}

const begins = (line) => !(blockOf(line, 0) instanceof Paragraph);

class Block {
	node;
	lines = [];

	placeIn(root) {
		root.append(this.node);
	}

	add(line) {
		this.lines.push(line);
	}

	takes() {
		return false;
	}

	end() {
		this.draw("");
	}

	remove() {
		this.node.remove();
	}

	source(partial) {
		return partial === "" ? this.lines : [...this.lines, partial];
	}
}

class Rule extends Block {
	node = document.createElement("hr");
	draw() {}
}

class Heading extends Block {
	node = document.createElement("h3");

	draw(partial) {
		const [, marks, text] = HEADING.exec(this.source(partial)[0]);
		this.node.dataset.level = marks.length;
		this.node.ariaLevel = String(Math.min(6, marks.length + 2));
		this.node.replaceChildren(inline(text ?? ""));
	}
}

class Paragraph extends Block {
	node = document.createElement("p");
	#table = null;
	#kept = 0; // characters whose drawing is final
	#shown = []; // the nodes of the rest

	takes(line) {
		if (this.#table !== null) return line.trim() !== "" && !begins(line);
		if (line.trim() === "") return false;
		return (this.#isHead() && COLUMNS.test(line)) || !begins(line);
	}

	add(line) {
		if (this.#table === null && this.#isHead() && COLUMNS.test(line)) {
			this.#table = new Table(this.lines[0], line);
			this.node.replaceWith(this.#table.node);
			this.node = this.#table.node;
		} else if (this.#table !== null) this.#table.add(line);
		else super.add(line);
	}

	draw(partial) {
		if (this.#table !== null) {
			this.#table.draw(partial);
			return;
		}
		const rest = this.source(partial).join("\n").slice(this.#kept);
		for (const node of this.#shown) node.remove();
		const made = flowing(rest);
		this.#shown = [...made.childNodes];
		this.node.append(made);
		if (rest.length > LONG) this.#keep(rest);
	}

	// Keep what is drawn up to the last space that lies in no mark.
	#keep(rest) {
		const last = this.#shown.at(-1);
		if (last?.nodeType !== Node.TEXT_NODE) return;
		const space = last.data.lastIndexOf(" ");
		const left = last.data.slice(space + 1);
		if (space < 0 || /[\\*_~`[<]/.test(left) || !rest.endsWith(left)) return;
		last.splitText(space + 1);
		this.#shown = [last.nextSibling];
		this.#kept += rest.length - left.length;
	}

	#isHead() {
		return this.lines.length === 1 && this.lines[0].includes("|");
	}
}

// Two spaces before the end of a line break it.
function flowing(text) {
	const out = document.createDocumentFragment();
	for (const [index, part] of text.split(/ {2,}\n/).entries()) {
		if (index > 0) out.append(document.createElement("br"));
		out.append(inline(part));
	}
	return out;
}

class Fence extends Block {
	node = document.createElement("pre");
	#code = document.createElement("code");
	#closed = false;
	#first = true;
	#marks = "";
	#open = null; // the line that has not ended yet

	placeIn(root) {
		this.node.tabIndex = 0;
		this.node.append(this.#code);
		super.placeIn(root);
	}

	takes() {
		return !this.#closed;
	}

	add(line) {
		this.#clear();
		if (this.#first) {
			this.#marks = FENCE.exec(line)[1];
			this.#first = false;
		} else if (this.#closes(line)) this.#closed = true;
		else this.#code.append(`${line}\n`);
	}

	draw(partial) {
		this.#clear();
		if (this.#first || this.#closed || partial === "" || this.#closes(partial)) return;
		this.#open = document.createTextNode(partial);
		this.#code.append(this.#open);
	}

	#closes(line) {
		const trimmed = line.trim();
		return trimmed.length >= this.#marks.length && trimmed.replaceAll(this.#marks[0], "") === "";
	}

	#clear() {
		this.#open?.remove();
		this.#open = null;
	}
}

// A block of blocks: what is inside goes to a view of its own, each character once.
class Nested extends Block {
	#view;
	#fed = 0; // characters of the open line that the view has

	constructor(node, depth) {
		super();
		this.node = node;
		this.#view = new MarkdownView(node, depth + 1);
	}

	// What lies inside on this line; null while that is not certain.
	inside() {
		return null;
	}

	add(line) {
		const text = this.inside(line, true) ?? "";
		this.#view.append(`${text.slice(this.#fed)}\n`);
		this.#fed = 0;
	}

	draw(partial) {
		const text = partial.trim() === "" ? null : this.inside(partial, false);
		if (text !== null) {
			this.#view.append(text.slice(this.#fed));
			this.#fed = text.length;
		}
		this.#view.draw();
	}

	end() {
		this.#view.end();
	}
}

class Quote extends Nested {
	constructor(depth) {
		super(document.createElement("blockquote"), depth);
	}

	takes(line) {
		return QUOTE.test(line);
	}

	inside(line) {
		return line.replace(QUOTE, "");
	}
}

class Item extends Nested {
	#list = null;
	#indent = 0;
	#begun = false; // its first line has ended
	#blank = false; // its last line is blank
	#task = null;

	constructor(depth) {
		super(document.createElement("li"), depth);
	}

	placeIn(root) {
		this.root = root;
	}

	takes(line) {
		if (line.trim() === "") return true;
		const indent = line.length - line.trimStart().length;
		if (indent >= Math.min(this.#indent, 2)) return true;
		return !this.#blank && !begins(line);
	}

	add(line) {
		super.add(line);
		this.#begun = true;
		this.#blank = line.trim() === "";
	}

	inside(line, ended) {
		if (!this.#begun) return this.#first(line, ended);
		const indent = line.length - line.trimStart().length;
		if (indent < 2 && !ended && UNSURE.test(line)) return null;
		return line.slice(Math.min(this.#indent, indent));
	}

	remove() {
		this.node.remove();
		if (this.#list?.childElementCount === 0) this.#list.remove();
	}

	#first(line, ended) {
		const [head, mark] = ITEM.exec(line);
		this.#indent = head.length;
		if (this.#list === null) this.#place(mark);
		const text = line.slice(head.length);
		if (!ended && MAYBE_TASK.test(text)) return null;
		const [box, checked] = TASK.exec(text) ?? ["", " "];
		if (box !== "" && this.#task === null) {
			this.#task = document.createElement("input");
			Object.assign(this.#task, { type: "checkbox", checked: checked !== " ", disabled: true });
			this.node.className = "task";
			this.node.prepend(this.#task);
		}
		return text.slice(box.length);
	}

	#place(mark) {
		const name = /\d/.test(mark) ? "OL" : "UL";
		const last = this.root.lastElementChild;
		if (last?.tagName === name) this.#list = last;
		else {
			this.#list = document.createElement(name);
			if (name === "OL") this.#list.start = Number.parseInt(mark, 10);
			this.root.append(this.#list);
		}
		this.#list.append(this.node);
	}
}

class Table {
	node = document.createElement("div");
	#body = document.createElement("tbody");
	#sides;
	#open = null;

	constructor(head, columns) {
		this.#sides = cells(columns).map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "center" : "right") : "left"));
		const table = document.createElement("table");
		const top = document.createElement("thead");
		top.append(this.#row(head, "th"));
		table.append(top, this.#body);
		this.node.className = "table";
		this.node.tabIndex = 0;
		this.node.append(table);
	}

	add(line) {
		this.draw("");
		this.#body.append(this.#row(line, "td"));
	}

	draw(partial) {
		this.#open?.remove();
		this.#open = partial === "" ? null : this.#row(partial, "td");
		if (this.#open !== null) this.#body.append(this.#open);
	}

	#row(line, name) {
		const row = document.createElement("tr");
		for (const [index, text] of cells(line).slice(0, this.#sides.length).entries()) {
			const cell = document.createElement(name);
			cell.className = this.#sides[index];
			cell.append(inline(text));
			row.append(cell);
		}
		return row;
	}
}

function cells(line) {
	const inside = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
	return inside.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}
