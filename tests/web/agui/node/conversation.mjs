// A front end with AG-UI's own client: a tool, an approval with edited arguments, a tool of its own,
// an abort. What came of each is one line of JSON. Usage: node conversation.mjs URL TOKEN
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { HttpAgent, buildResumeArray } = require("@ag-ui/client");
const [url, token] = process.argv.slice(2);

const warnings = [];
console.warn = (...words) => warnings.push(words.join(" "));

const paint = {
  name: "paint",
  description: "Paints the page.",
  parameters: { type: "object", properties: { colour: { type: "string" } } },
};

function told(step, agent, extra = {}) {
  const messages = agent.messages.map(({ role, content, toolCalls }) => ({
    role,
    content,
    calls: (toolCalls ?? []).map((call) => call.function.name),
  }));
  console.log(JSON.stringify({ step, messages, state: agent.state, warnings, ...extra }));
}

const agent = new HttpAgent({
  url,
  threadId: "from-node",
  headers: { Authorization: `Bearer ${token}` },
});

const seen = [];
let ended;
agent.subscribe({
  onEvent: ({ event }) => void seen.push(event.type),
  onRunFinishedEvent: (params) => void (ended = params),
});

agent.addMessage({ id: "1", role: "user", content: "2 + 3?" });
await agent.runAgent();
told("tool", agent, { outcome: ended.outcome, seen: [...new Set(seen)] });

agent.addMessage({ id: "2", role: "user", content: "launch" });
await agent.runAgent();
const asked = agent.pendingInterrupts;
told("interrupt", agent, { outcome: ended.outcome, asked });

const answers = Object.fromEntries(
  asked.map(({ id }) => [
    id,
    { status: "resolved", payload: { approved: true, editedArgs: { target: "Venus" } } },
  ]),
);
await agent.runAgent({ resume: buildResumeArray(asked, answers) });
told("resumed", agent, { outcome: ended.outcome, pending: agent.pendingInterrupts });

agent.addMessage({ id: "3", role: "user", content: "paint it" });
await agent.runAgent({ tools: [paint] });
told("client tool", agent, { outcome: ended.outcome, pending: ended.pendingToolCallIds });
for (const toolCallId of ended.pendingToolCallIds) {
  agent.addMessage({ id: `result-${toolCallId}`, role: "tool", toolCallId, content: "it is red" });
}
await agent.runAgent({ tools: [paint] });
told("painted", agent, { outcome: ended.outcome });

agent.addMessage({ id: "4", role: "user", content: "slowly" });
const once = agent.subscribe({ onTextMessageContentEvent: () => agent.abortRun() });
await agent.runAgent();
once.unsubscribe();
told("aborted", agent);
