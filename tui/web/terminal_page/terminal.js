// Gets a ticket for the socket, then starts Textual's front end, which opens it.

import { json, takeToken } from "/page/api.js";

const VISITOR = "streamtui.visitor";

function visitor() {
	const kept = sessionStorage.getItem(VISITOR) ?? newName();
	sessionStorage.setItem(VISITOR, kept);
	return kept;
}

function newName() {
	const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
	return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function say(text) {
	const closed = document.getElementById("closed");
	const again = document.createElement("a");
	again.href = "/dashboard";
	again.textContent = "Open it again";
	closed.replaceChildren(`${text} `, again);
}

async function start() {
	takeToken();
	say("The dashboard has ended, or the connection is lost.");
	const { ticket } = await json("POST", "/dashboard/tickets", { visitor: visitor() });
	const scheme = location.protocol === "https:" ? "wss" : "ws";
	const terminal = document.getElementById("terminal");
	terminal.dataset.sessionWebsocketUrl = `${scheme}://${location.host}/dashboard/socket/${ticket}`;
	await document.fonts.load('14px "Roboto Mono"');
	const script = document.createElement("script");
	script.src = "/dashboard/static/js/textual.js";
	// It starts when the window has loaded, which it has.
	script.onload = () => {
		window.onload(new Event("load"));
		whenOpen(() => terminal.querySelector("textarea").focus());
	};
	document.head.append(script);
}

// The front end marks the page when its socket is open; before that it cannot say that it has the focus.
function whenOpen(act) {
	const watch = new MutationObserver(() => {
		if (!document.body.classList.contains("-loaded")) return;
		watch.disconnect();
		act();
	});
	watch.observe(document.body, { attributes: true });
}

start().catch((error) => {
	document.body.classList.add("-refused");
	const text = error.status === 401 ? "Open the address with the token that the server printed." : error.message;
	say(text);
});
