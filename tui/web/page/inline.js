// Emphasis, code, links within a block. Returns a fragment of text nodes and the elements made here.

const MARKS = { "**": "strong", __: "strong", "*": "em", _: "em", "~~": "del" };
const AT = /\\|`+|\*\*?|__?|~~|!?\[|<|https?:\/\//g; // what may begin something
const ADDRESS = /^https?:\/\/[^\s<>"'`\\^{|}]+/i;
const TARGET = /^\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))(?:\s+(?:"[^"]*"|'[^']*'|\([^)]*\)))?\s*\)/;
const ESCAPED = /^[!-/:-@[-`{-~]/;
const FARTHEST = 4000; // characters to look for the end of a mark: keeps the cost linear

export function inline(text) {
	const out = document.createDocumentFragment();
	let plain = "";
	let at = 0;
	const put = (node) => {
		if (plain !== "") out.append(plain);
		plain = "";
		out.append(node);
	};
	while (at < text.length) {
		AT.lastIndex = at;
		const found = AT.exec(text);
		if (found === null) break;
		plain += text.slice(at, found.index);
		at = found.index;
		const made = elementAt(text, at, found[0]);
		if (made === null) {
			plain += found[0];
			at += found[0].length;
		} else {
			if (typeof made.node === "string") plain += made.node;
			else put(made.node);
			at = made.end;
		}
	}
	plain += text.slice(at);
	if (plain !== "") out.append(plain);
	return out;
}

// The element that begins here and where it ends; null if none does.
function elementAt(text, at, mark) {
	if (mark === "\\") return escape(text, at);
	if (mark[0] === "`") return code(text, at, mark);
	if (mark in MARKS) return marked(text, at, mark);
	if (mark === "[" || mark === "![") return link(text, at, mark);
	if (mark === "<") return bracketed(text, at);
	return bare(text, at);
}

function escape(text, at) {
	if (text[at + 1] === "\n") return { node: document.createElement("br"), end: at + 2 };
	return ESCAPED.test(text.slice(at + 1)) ? { node: text[at + 1], end: at + 2 } : null;
}

function code(text, at, ticks) {
	const rest = text.slice(at + ticks.length, at + FARTHEST);
	const end = new RegExp(`(?<!\`)${ticks}(?!\`)`).exec(rest);
	if (end === null) return null;
	let inside = rest.slice(0, end.index).replaceAll("\n", " ");
	if (/^ .*[^ ].* $/.test(inside)) inside = inside.slice(1, -1);
	return { node: element("code", inside), end: at + ticks.length + end.index + ticks.length };
}

function marked(text, at, mark) {
	const from = at + mark.length;
	if (from >= text.length || /\s/.test(text[from])) return null;
	if (mark[0] === "_" && at > 0 && /\w/.test(text[at - 1])) return null;
	for (let end = from; ; end += 1) {
		end = text.indexOf(mark, end);
		if (end < 0 || end - from > FARTHEST) return null;
		const after = text[end + mark.length] ?? "";
		if (/\s/.test(text[end - 1]) || text[end - 1] === "\\" || end === from) continue;
		if (mark === "*" && (after === "*" || text[end - 1] === "*")) continue;
		if (mark[0] === "_" && /\w/.test(after)) continue;
		const node = document.createElement(MARKS[mark]);
		node.append(inline(text.slice(from, end)));
		return { node, end: end + mark.length };
	}
}

function link(text, at, mark) {
	const from = at + mark.length;
	let depth = 1;
	let close = from;
	for (; close < text.length && close - from < FARTHEST; close += 1) {
		if (text[close] === "\\") close += 1;
		else if (text[close] === "[") depth += 1;
		else if (text[close] === "]" && (depth -= 1) === 0) break;
	}
	if (depth !== 0) return null;
	const target = TARGET.exec(text.slice(close + 1, close + 1 + FARTHEST));
	if (target === null) return null;
	const label = text.slice(from, close);
	const address = target[1] ?? target[2];
	const end = close + 1 + target[0].length;
	// A picture elsewhere is not loaded: that would tell its server who reads.
	const shown = mark === "![" ? document.createTextNode(`picture: ${label}`) : inline(label);
	return { node: anchor(address, shown), end };
}

function bracketed(text, at) {
	const found = /^<(https?:\/\/[^\s<>]*|mailto:[^\s<>]*)>/i.exec(text.slice(at, at + FARTHEST));
	if (found === null) return /^<br\s*\/?>/i.test(text.slice(at, at + 8)) ? lineBreak(text, at) : null;
	return { node: anchor(found[1], found[1]), end: at + found[0].length };
}

function lineBreak(text, at) {
	return { node: document.createElement("br"), end: text.indexOf(">", at) + 1 };
}

function bare(text, at) {
	if (at > 0 && /\w/.test(text[at - 1])) return null;
	const found = ADDRESS.exec(text.slice(at, at + FARTHEST));
	if (found === null) return null;
	let address = found[0].replace(/[.,;:!?*_~]+$/, "");
	while (address.endsWith(")") && count(address, ")") > count(address, "(")) {
		address = address.slice(0, -1);
	}
	return { node: anchor(address, address), end: at + address.length };
}

// A link to the web or to a mail address; anything else stays text.
export function anchor(address, shown) {
	const node = document.createElement("a");
	node.append(shown);
	if (!/^(https?:\/\/|mailto:)/i.test(address)) {
		const text = document.createElement("span");
		text.append(...node.childNodes, ` (${address})`);
		return text;
	}
	node.href = address;
	node.target = "_blank";
	node.rel = "noopener noreferrer";
	node.title = address;
	return node;
}

function element(name, text) {
	const node = document.createElement(name);
	node.textContent = text;
	return node;
}

const count = (text, part) => text.split(part).length - 1;
