import { type Address, partsOf } from "../../model/address.ts";
import { isHandedOver, type LiveConnection } from "../../model/live.ts";
import { fault } from "../translate/fault.ts";
import { addressIn, standingAt } from "../translate/state.ts";
import type { Ephemeral, Notice } from "../wire/provider.ts";
import { CREDENTIALS_SCHEMA } from "./reading-schemas.ts";
import type { Session } from "./session.ts";

/** The ephemeral resource `oneroster_credentials`: the one place of this door where a secret comes out. */
export function credentialsResource(session: () => Session): Ephemeral {
  return {
    schema: CREDENTIALS_SCHEMA,
    validate: () => Promise.resolve([]),
    open: async (config) => {
      const address = addressIn(config);
      if (address === undefined) return { result: undefined, notices: [nothingAt("an address that is not known")] };
      const live = await session().live(partsOf(address).district);
      const { current, candidate } = standingAt(live, address);
      const { connection_id: asked } = config;
      const handed = candidate !== undefined && isHandedOver(candidate) ? candidate : undefined;
      const chosen =
        typeof asked === "string" ? [candidate, current].find((one) => one?.id === asked) : (handed ?? current);
      if (chosen === undefined)
        return { result: undefined, notices: [nothingAt(address, asked, [current, candidate])] };
      if (chosen.id === candidate?.id && handed === undefined)
        return { result: undefined, notices: [heldBack(address)] };
      const store = await session().opener();
      const { clientId, clientSecret, tokenUrl, baseUrl } = await store.credentials(chosen.id);
      const result = {
        ...config,
        client_id: clientId,
        client_secret: clientSecret.reveal(),
        token_url: tokenUrl,
        base_url: baseUrl,
        secret_fingerprint: chosen.fingerprint,
      };
      return { result, notices: [] };
    },
  };
}

/** `deliver_from` and freeze windows hold for this way of handing over, too. */
function heldBack(address: Address): Notice {
  const detail = `The candidate of ${address} is not handed over yet: a date holds it back, or the apply that makes it did not end. Apply again; \`oneroster_connection\` says what is awaited.`;
  return fault("terraform/held-back", "Credentials are not to be handed over yet", detail, "connection_id");
}

function nothingAt(
  address: Address | string,
  asked?: unknown,
  there: readonly (LiveConnection | undefined)[] = [],
): Notice {
  const known = there.flatMap((one) => one?.id ?? []);
  const detail =
    typeof asked === "string" && known.length > 0
      ? `${address} holds ${known.join(" and ")}, and not ${asked}.`
      : `There is no connection at ${address} yet. Say which one is meant by \`connection_id = oneroster_connection.x.current.id\`: then it is opened after it was made.`;
  return fault("terraform/no-credentials", "There are no credentials to open", detail);
}
