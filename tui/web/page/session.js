// One session: follows its events and sends what the user asks for.

import { ApiError, follow, json, request } from "./api.js";

const FIGURES_EVERY = 1000; // ms, while a run is open

export class Session {
	id = "";
	running = false;
	#panes;
	#following = new AbortController();
	#agent = "";
	#waiting = new Set();
	#failed = false;
	#said = false;
	#sending = false;
	#refreshing = 0;

	constructor(panes) {
		this.#panes = panes;
	}

	// Show a stored session; "" shows an empty one, which begins with its first message.
	async open(id) {
		this.#reset();
		this.id = id;
		history.replaceState(null, "", id === "" ? "." : `#${id}`);
		if (id === "") {
			this.#greet();
			return;
		}
		this.#follow();
		await this.#refresh();
		await this.#health();
	}

	startNew() {
		this.open("");
	}

	async say(text) {
		if (this.running || this.#sending) {
			this.#panes.notice("A run is open: cancel it first, or wait for its end.");
			return false;
		}
		const { chat } = this.#panes;
		chat.user(text, false);
		this.#sending = true;
		const taken = await this.#try(async () => {
			if (this.id === "") {
				const { id } = await json("POST", "sessions", {});
				this.id = id;
				history.replaceState(null, "", `#${id}`);
				this.#follow();
			}
			await this.#begin("/messages", { message: text });
		});
		this.#sending = false;
		if (!taken) chat.takeBack();
		return taken;
	}

	retry(confirm = false) {
		if (this.id === "" || this.running || !this.#said) return;
		this.#try(async () => {
			try {
				await this.#begin("/retry", { confirm });
			} catch (error) {
				if (error.code !== "CONFIRMATION_NEEDED") throw error;
				if (window.confirm(`${error.message}\n\nRetry?`)) await this.#begin("/retry", { confirm: true });
			}
		});
	}

	cancel() {
		if (this.running) this.#try(() => json("POST", this.#path("/cancel"), {}));
	}

	decide(call, answer) {
		const sent = json("POST", this.#path(`/approvals/${encodeURIComponent(call)}`), answer);
		sent.catch((error) => this.#problem(error));
		return sent;
	}

	#reset() {
		this.#following.abort();
		this.#following = new AbortController();
		clearInterval(this.#refreshing);
		this.running = this.#sending = this.#failed = this.#said = false;
		this.#waiting.clear();
		for (const name of ["chat", "calls", "figures", "approvals"]) this.#panes[name].clear();
		this.#panes.notice("");
	}

	// Shows how the agent is, until it is loaded. Asks for the token before a message is written.
	async #greet() {
		await this.#try(async () => {
			await json("GET", "sessions");
			for (let status = "loading"; status === "loading" && this.id === ""; ) {
				status = await this.#health();
				if (status === "loading") await new Promise((done) => setTimeout(done, 500));
			}
		});
	}

	async #health() {
		const { status, problem, agent } = await json("GET", "healthz").catch((error) => error.said ?? {});
		this.#agent ||= agent ?? "";
		const failed = status === "failed";
		if (failed) this.#panes.notice(`The agent cannot be loaded. ${problem}`);
		const text = { ok: "ready", loading: "the agent is loading", failed: "no agent" }[status] ?? "no connection";
		if (!this.running && (failed || this.id === "")) this.#show(failed ? "failed" : "idle", text);
		return status;
	}

	#path(rest) {
		return `sessions/${encodeURIComponent(this.id)}${rest}`;
	}

	// The run's events come with the session's, so that its own stream is not read.
	async #begin(what, body) {
		const stop = new AbortController();
		await request("POST", this.#path(what), { body, signal: stop.signal });
		stop.abort();
	}

	#follow() {
		const { signal } = this.#following;
		follow(this.#path("/events"), {
			signal,
			onEvent: ({ name, data }) => this.#event(name, data),
			onLost: () => this.#panes.notice("The connection is lost; connecting again …"),
			onBack: () => {
				this.#panes.notice("");
				this.#refresh();
			},
		}).catch((error) => this.#problem(error));
	}

	#event(name, data) {
		const { chat, calls, approvals } = this.#panes;
		switch (name) {
			case "session_update":
				this.#updated(data);
				break;
			case "text_delta":
				chat.answer(data.item, data.delta, data.agent, data.kind === "refusal");
				break;
			case "nested_text_delta":
				chat.reasoning(data.item, data.delta, `${data.agent}, called as a tool`);
				break;
			case "reasoning_delta":
				chat.reasoning(data.item, data.delta, "Reasoning");
				break;
			case "text_replaced":
				chat.replace(data.item, data.text, data.reason);
				break;
			case "tool_start":
				calls.show(data.call, { name: data.name, agent: data.parent === "" ? "" : data.agent, arguments: data.arguments, state: "running", outcome: "running" });
				break;
			case "tool_complete":
				calls.show(data.call, { name: data.name, output: data.output || data.error, state: stateOf(data.outcome), outcome: data.outcome, duration: data.seconds });
				approvals.close(data.call);
				break;
			case "approval_required":
				this.#waiting.add(data.call);
				calls.show(data.call, { name: data.name, arguments: data.arguments, state: "waiting", outcome: "waits for approval" });
				approvals.ask(data);
				break;
			case "approval_answered":
				this.#waiting.delete(data.call);
				approvals.close(data.call);
				calls.show(data.call, data.approved ? { state: "running", outcome: "running" } : { state: "failed", outcome: "rejected" });
				break;
			case "handoff":
				chat.note(`${data.previous} hands over to ${data.agent}`);
				break;
			case "retry":
				chat.note(`${data.reason} Retry ${data.attempt} of ${data.most} in ${data.delay.toFixed(1)} s.`.trim());
				this.#show("running", "retrying");
				break;
			case "notice":
				chat.note(data.text);
				break;
			case "typing_start":
				if (data.parent === "") this.#show("running", `${data.agent} is answering`);
				break;
			case "response_complete":
				if (data.outcome === "cancelled") chat.note("cancelled");
				break;
			case "error":
				this.#failed = true;
				chat.note(data.message, "failed");
				break;
		}
	}

	#updated({ status, message, agent }) {
		const { chat } = this.#panes;
		this.#agent = agent || this.#agent;
		this.running = status !== "idle";
		if (message !== "") {
			this.#said = true;
			this.#failed = false;
			chat.user(message);
		}
		if (status === "running") this.#show("running", "waiting for the model");
		else if (status === "waiting") this.#show("running", "waiting for your approval");
		else {
			chat.settle();
			this.#panes.approvals.clear();
			this.#show(this.#failed ? "failed" : "idle", this.#failed ? "failed" : "ready");
			this.#refresh();
		}
		clearInterval(this.#refreshing);
		if (this.running) this.#refreshing = setInterval(() => document.hidden || this.#refresh(), FIGURES_EVERY);
	}

	async #refresh() {
		const { id } = this;
		try {
			const session = await json("GET", this.#path("?turns=0"));
			if (id !== this.id) return;
			this.#panes.figures.show(session.figures);
			if (this.#agent === "") {
				this.#agent = session.agent;
				this.#show(this.running ? "running" : "idle", this.running ? "running" : "ready");
			}
		} catch (error) {
			if (error.status !== 0) this.#problem(error);
		}
	}

	#show(kind, text) {
		const canRetry = this.#said && !this.running;
		this.#panes.state({ kind, text, agent: this.#agent, running: this.running, canRetry });
	}

	async #try(act) {
		try {
			await act();
			return true;
		} catch (error) {
			this.#problem(error);
			return false;
		}
	}

	#problem(error) {
		if (!(error instanceof ApiError)) throw error;
		if (error.status === 401) this.#panes.login();
		else if (error.code === "AGENT_UNAVAILABLE") this.#health().then((status) => status === "failed" || this.#panes.notice(error.message));
		else this.#panes.notice(error.message);
	}
}

const stateOf = (outcome) => (outcome === "ok" ? "ok" : "failed");
