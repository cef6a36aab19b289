import type { Capabilities } from "../../stores/store.ts";
import { type HttpPlace, readHttpPlace } from "../../stores/http.ts";
import { type HttpPatience, openLine } from "../../stores/http/line.ts";
import { objectOf } from "../../stores/http/lists.ts";
import type { NamedPlace } from "../../stores/http/place.ts";
import { badAnswer } from "../../stores/http/trouble.ts";
import type { Speakers } from "./wire.ts";

/** Where the tokens of those who speak are. */
export interface NamedTokens {
  readonly main: NamedPlace["token"];
  readonly second?: NamedPlace["token"];
  readonly reader?: NamedPlace["token"];
  readonly outsider?: NamedPlace["token"];
}

/** What a server says to a token. */
export interface Greeting {
  /** The server's name for people. */
  readonly site: string;
  readonly name: string;
  readonly access: unknown;
  /** Left out by servers that do not tell it. */
  readonly districts: unknown;
  readonly can: Capabilities;
}

/** Reads the tokens. Throws `stores/no-token` and `stores/no-authority`. */
export function placesOf(
  { address, tokens, ca }: { readonly address: string; readonly tokens: NamedTokens; readonly ca?: string },
  patience: Partial<HttpPatience>,
): Speakers & { readonly second: HttpPlace | undefined } {
  const place = (token: NamedPlace["token"]): HttpPlace => ({
    ...readHttpPlace({ address, token, ...(ca === undefined ? {} : { ca }) }),
    patience,
  });
  const { main, second, reader, outsider } = tokens;
  return {
    main: place(main),
    second: second && place(second),
    reader: reader && place(reader),
    outsider: outsider && place(outsider),
  };
}

/** Asks whose token it is, and what the store can do. Throws what the store over HTTP throws. */
export async function greet(place: HttpPlace): Promise<Greeting> {
  const line = openLine(place);
  try {
    const { status, body } = await line.ask({ path: "", repeatable: true });
    const { operator, can } = await objectOf(line, body);
    if (status !== 200 || !isCapabilities(can)) throw badAnswer(line.site, "it does not say what it can do");
    const [name, access, districts] = ["name", "access", "districts"].map((key) => memberOf(operator, key));
    if (typeof name !== "string") throw badAnswer(line.site, "it does not say whose token it is");
    return { site: line.site, name, access, districts, can };
  } finally {
    await line.close();
  }
}

function isCapabilities(value: unknown): value is Capabilities {
  return ["observesUse", "enables", "byHand"].every((name) => typeof memberOf(value, name) === "boolean");
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
