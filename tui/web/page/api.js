// Requests to the server that this page came from, and its event streams.

const KEPT = "streamtui.token";

// The token stands after # in the printed address: it is never sent in a URL.
export function takeToken() {
	const given = new URLSearchParams(location.hash.slice(1)).get("token");
	if (given === null) return;
	keepToken(given);
	history.replaceState(null, "", location.pathname + location.search);
}

export function keepToken(token) {
	sessionStorage.setItem(KEPT, token);
}

export class ApiError extends Error {
	constructor(status, code, message, said) {
		super(message);
		Object.assign(this, { status, code, said });
	}
}

export async function request(method, path, { body, signal, headers = {} } = {}) {
	const token = sessionStorage.getItem(KEPT) ?? "";
	const all = { Accept: "application/json", ...headers };
	if (token !== "") all.Authorization = `Bearer ${token}`;
	if (body !== undefined) all["Content-Type"] = "application/json";
	let response;
	try {
		response = await fetch(path, {
			method,
			headers: all,
			body: body === undefined ? undefined : JSON.stringify(body),
			signal,
			cache: "no-store",
		});
	} catch (error) {
		if (signal?.aborted) throw error;
		throw lost();
	}
	if (!response.ok) throw await failure(response);
	return response;
}

export async function json(method, path, body) {
	const response = await request(method, path, { body });
	if (response.status === 204) return null;
	return response.json().catch(() => {
		throw lost();
	});
}

const lost = () => new ApiError(0, "NO_CONNECTION", "The server does not answer.");

// An answer without JSON has only its status.
async function failure(response) {
	const said = await response.json().catch(() => ({}));
	const { code = "", message = `The server answered with status ${response.status}.` } = said.error ?? {};
	return new ApiError(response.status, code, message, said);
}

// The events of a stream: {id, name, data}. Ends when the connection does.
async function* events(path, { last, signal }) {
	const headers = { Accept: "text/event-stream" };
	if (last !== "") headers["Last-Event-ID"] = last;
	const response = await request("GET", path, { signal, headers });
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = "";
	for (;;) {
		const { value, done } = await reader.read();
		if (done) return;
		const parts = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
		rest = parts.pop();
		for (const part of parts) {
			const event = eventOf(part);
			if (event !== null) yield event;
		}
	}
}

function eventOf(text) {
	const event = { id: "", name: "message", data: null };
	const data = [];
	for (const line of text.split("\n")) {
		const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
		if (field === "data") data.push(value);
		else if (field === "id") event.id = value;
		else if (field === "event") event.name = value;
	}
	if (data.length === 0) return null;
	event.data = JSON.parse(data.join("\n"));
	return event;
}

// Follow a stream over lost connections: each event once, in order.
export async function follow(path, { signal, onEvent, onLost, onBack }) {
	let last = "";
	let wait = 250;
	for (;;) {
		try {
			for await (const event of events(path, { last, signal })) {
				if (wait !== 250) onBack();
				wait = 250;
				if (event.id !== "") last = event.id;
				onEvent(event);
			}
		} catch (error) {
			if (signal.aborted) return;
			if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
		}
		if (signal.aborted) return;
		onLost();
		await new Promise((resolve) => setTimeout(resolve, wait));
		wait = Math.min(wait * 2, 5000);
	}
}
