// Takes notifications and prints a line for each that is genuine and new.
//
//   ROSTERFORM_NOTIFY_SECRET=whsec_... PORT=8788 node receiver.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const key = Buffer.from(process.env.ROSTERFORM_NOTIFY_SECRET.trim().replace("whsec_", ""), "base64");
const FIVE_MINUTES = 300;
const seen = new Set();

/** Whether rosterform sent exactly this, a moment ago. `body` is what came, byte for byte, and not yet parsed. */
function isGenuine(headers, body) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures = "" } = headers;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > FIVE_MINUTES) return false;
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures.split(" ").some((one) => {
    const [version, text = ""] = one.split(",");
    const given = Buffer.from(text, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

async function take(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  if (!isGenuine(request.headers, body)) return response.writeHead(401).end();
  // Answer first, work afterwards. A message that came twice has the same id.
  response.writeHead(204).end();
  const { id, outcome, project, by, counts, addresses } = JSON.parse(body);
  if (seen.has(id)) return;
  seen.add(id);
  console.log(`${project}: ${outcome}, by ${by}, ${counts.failed} failed, ${counts.waiting} waiting`);
  for (const { address, problems = [] } of addresses) {
    for (const { code, summary } of problems) console.log(`  ${address}: ${summary} (${code})`);
  }
}

const server = createServer((request, response) => void take(request, response));
server.listen(Number(process.env.PORT ?? 8788), "127.0.0.1", () => {
  console.log(`Listening on http://127.0.0.1:${server.address().port}`);
});
