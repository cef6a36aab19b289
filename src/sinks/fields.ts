import type { Handover } from "./sink.ts";

/** The four values, in clear, under the names that programs find them by: the same in every sink for programs. */
export interface FourValues {
  readonly client_id: string;
  readonly client_secret: string;
  readonly token_url: string;
  readonly base_url: string;
}

/** Takes the four values out of a hand-over. */
export function fourValues({ credentials }: Handover): FourValues {
  return {
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret.reveal(),
    token_url: credentials.tokenUrl,
    base_url: credentials.baseUrl,
  };
}

/** What the four values belong to, without any secret. */
export interface Belonging {
  readonly address: string;
  readonly connection: string;
  readonly fingerprint: string;
  readonly oneroster_version: string;
}

/** Says which connection a hand-over is about. Holds no clock, so that the same connection always says the same. */
export function belongingOf({ address, connection }: Handover): Belonging {
  return {
    address,
    connection: connection.id,
    fingerprint: connection.fingerprint,
    oneroster_version: connection.version,
  };
}
