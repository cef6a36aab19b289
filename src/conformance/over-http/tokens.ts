import { request } from "undici";
import type { Credentials } from "../../model/secret.ts";
import { NotTried, type World } from "../world.ts";
import { VERSION } from "../../version.ts";

const ANSWER_MS = 10_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Asks the connection's Token URL, as RFC 6749 (section 4.4) has it: whether these credentials get a token. The agent's name is
 * that of a probe, which a campus does not take for use. Throws `NotTried` where nobody answers there.
 */
export const asksForToken: World["works"] = async ({ tokenUrl, clientId, clientSecret }) => {
  const { protocol, hostname } = new URL(tokenUrl);
  if (protocol !== "https:" && !LOOPBACK.test(hostname))
    throw new NotTried("its Token URL is not https, and a secret is not sent in clear");
  const status = await statusOf({ tokenUrl, clientId, clientSecret });
  if (status === 200) return true;
  if (status === 400 || status === 401) return false;
  throw new NotTried(`its Token URL at ${hostname} answered ${status}`);
};

async function statusOf({ tokenUrl, ...client }: Parameters<World["works"]>[0]): Promise<number> {
  try {
    const { statusCode, body } = await request(tokenUrl, {
      method: "POST",
      headers: {
        authorization: `Basic ${basic(client)}`,
        "content-type": "application/x-www-form-urlencoded",
        "user-agent": `rosterform-probe/${VERSION}`,
      },
      body: "grant_type=client_credentials",
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    });
    await body.dump();
    return statusCode;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
    throw new NotTried(`its Token URL at ${new URL(tokenUrl).host} cannot be asked (${code})`);
  }
}

/** Both parts are form-encoded first (RFC 6749, section 2.3.1). */
function basic({ clientId, clientSecret }: Pick<Credentials, "clientId" | "clientSecret">): string {
  const parts = [clientId, clientSecret.reveal()].map(encodeURIComponent);
  return Buffer.from(parts.join(":"), "utf8").toString("base64");
}
