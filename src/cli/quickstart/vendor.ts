import { readFile } from "node:fs/promises";
import { invariant } from "../../diagnostics/invariant.ts";

/**
 * A scripted vendor: somebody pasted the four values of a credential sheet into its settings, and at night it pulls
 * organisations, users and enrollments like any OneRoster consumer. It knows nothing of rosterform.
 */
export interface Vendor {
  /** Pulls once; answers how many users it saw. Throws when the credentials no longer work. */
  pull(): Promise<number>;
}

/** Reads the sheet that the file sink wrote, as a person would who copies the values. */
export async function vendorWith(sheet: string): Promise<Vendor> {
  const [clientId, clientSecret, tokenUrl, baseUrl] = valuesIn(await readFile(sheet, "utf8"));
  invariant(clientId && clientSecret && tokenUrl && baseUrl, "a credential sheet holds four values");
  return {
    async pull() {
      const token = await tokenFrom(tokenUrl, clientId, clientSecret);
      await count(`${rosterRoot(baseUrl)}/orgs`, token);
      const users = await count(`${rosterRoot(baseUrl)}/users`, token);
      await count(`${rosterRoot(baseUrl)}/enrollments`, token);
      return users;
    },
  };
}

function valuesIn(sheet: string): readonly string[] {
  const lines = sheet.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.filter((_, index) => index % 2 === 1);
}

/** A 1.1 Base URL is the root itself; below a 1.2 one the service and version are appended. */
function rosterRoot(baseUrl: string): string {
  return baseUrl.endsWith("/v1p1") ? baseUrl : `${baseUrl}/rostering/v1p2`;
}

async function tokenFrom(tokenUrl: string, clientId: string, clientSecret: string): Promise<string> {
  const { request } = await import("undici");
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const answer = await request(tokenUrl, {
    method: "POST",
    headers: {
      authorization: `Basic ${basic}`,
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "scripted-vendor/1.0",
    },
    body: "grant_type=client_credentials",
  });
  const body = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`no token: ${answer.statusCode}`);
  const parsed: unknown = JSON.parse(body);
  invariant(typeof parsed === "object" && parsed !== null && "access_token" in parsed, "a token answer holds a token");
  return String(parsed.access_token);
}

async function count(url: string, token: string): Promise<number> {
  const { request } = await import("undici");
  const answer = await request(`${url}?limit=1`, {
    headers: { authorization: `Bearer ${token}`, "user-agent": "scripted-vendor/1.0" },
  });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`no data: ${answer.statusCode}`);
  return Number(answer.headers["x-total-count"]);
}
