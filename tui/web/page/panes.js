// Which pane a small screen shows, and the colours.

import { $ } from "./dom.js";

const NAMES = ["chat", "tools", "figures"];
const THEME = "streamtui.theme";

export class Panes {
	constructor() {
		const kept = localStorage.getItem(THEME);
		if (kept !== null) document.documentElement.dataset.theme = kept;
		for (const [index, name] of NAMES.entries()) {
			const tab = $(`tab-${name}`);
			tab.onclick = () => this.show(name);
			tab.onkeydown = (event) => {
				const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
				if (step === undefined) return;
				const next = NAMES[(index + step + NAMES.length) % NAMES.length];
				this.show(next);
				$(`tab-${next}`).focus();
			};
		}
		this.show("chat");
	}

	show(name) {
		document.body.dataset.pane = name;
		for (const each of NAMES) {
			$(`tab-${each}`).ariaSelected = String(each === name);
			$(`tab-${each}`).tabIndex = each === name ? 0 : -1;
		}
		if (name === "chat") $("log").dispatchEvent(new Event("scroll"));
	}

	turnTheme() {
		const root = document.documentElement;
		const dark = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
		root.dataset.theme = dark === "dark" ? "light" : "dark";
		localStorage.setItem(THEME, root.dataset.theme);
	}
}
