// Checks streams with AG-UI's own schemas and rules. Reads JSON from standard input: a list of streams,
// each a list of events; writes what was found wrong in the first that breaks a rule, or "ok".
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { verifyEvents } = require("@ag-ui/client");
const { EventSchema } = require("@ag-ui/core/schemas");
const { from, lastValueFrom, toArray } = require("rxjs");

let text = "";
for await (const piece of process.stdin) text += piece;

for (const [number, stream] of JSON.parse(text).entries()) {
  try {
    const events = stream.map((event) => EventSchema.parse(event));
    await lastValueFrom(from(events).pipe(verifyEvents(false), toArray()));
  } catch (error) {
    console.log(`stream ${number}: ${error.message}`);
    process.exit(0);
  }
}
console.log("ok");
