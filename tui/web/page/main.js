// Connects the page: the session's events go to the panes, keys and buttons to the server.

import { keepToken, takeToken } from "./api.js";
import { Approvals } from "./approvals.js";
import { Calls } from "./calls.js";
import { Chat } from "./chat.js";
import { $ } from "./dom.js";
import { Figures } from "./figures.js";
import { Panes } from "./panes.js";
import { Prompt } from "./prompt.js";
import { Session } from "./session.js";
import { SessionList } from "./session_list.js";

takeToken();

const session = new Session({
	chat: new Chat($("log"), $("to-end")),
	calls: new Calls($("calls")),
	figures: new Figures($("values"), $("waterfall")),
	approvals: new Approvals($("approvals"), (call, answer) => session.decide(call, answer)),
	state: showState,
	notice: showNotice,
	login: askForToken,
});
const prompt = new Prompt($("prompt"), (text) => session.say(text));
const list = new SessionList($("sessions"), $("session-list"), session);
const panes = new Panes();

function showState({ kind, text, agent, running, canRetry }) {
	$("state").dataset.kind = kind;
	$("state").textContent = text;
	if (agent !== "") $("agent").textContent = agent;
	document.title = agent === "" ? "streamtui" : `${agent} · ${text}`;
	$("cancel").hidden = !running;
	$("retry").hidden = running || !canRetry;
	$("send").disabled = running;
}

function showNotice(text) {
	$("notice").textContent = text;
	$("notice").hidden = text === "";
}

function askForToken() {
	if (!$("login").open) $("login").showModal();
}

$("login-form").onsubmit = (event) => {
	event.preventDefault();
	keepToken($("token").value.trim());
	$("token").value = "";
	$("login").close();
	session.open(location.hash.slice(1));
};
$("login").oncancel = (event) => event.preventDefault();
$("ask").onsubmit = (event) => {
	event.preventDefault();
	prompt.send();
};
$("cancel").onclick = () => session.cancel();
$("retry").onclick = () => session.retry();
$("open-sessions").onclick = () => list.show();
$("new-session").onclick = startNew;
$("theme").onclick = () => panes.turnTheme();
window.onhashchange = () => session.open(location.hash.slice(1));

function startNew() {
	session.startNew();
	$("prompt").focus();
}

const KEYS = {
	KeyR: () => session.retry(),
	KeyS: () => list.show(),
	KeyN: startNew,
	KeyD: () => panes.turnTheme(),
	Digit1: () => panes.show("chat"),
	Digit2: () => panes.show("tools"),
	Digit3: () => panes.show("figures"),
};

document.addEventListener("keydown", (event) => {
	if (document.querySelector("dialog[open]") !== null) return;
	if (event.key === "Escape" && !event.isComposing && session.running) {
		event.preventDefault();
		session.cancel();
	} else if (event.altKey && !event.ctrlKey && !event.metaKey && event.code in KEYS) {
		event.preventDefault();
		KEYS[event.code]();
	}
});

session.open(location.hash.slice(1));
$("prompt").focus();
