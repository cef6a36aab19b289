import type { Wire } from "../over-http/wire.ts";
import type { World } from "../world.ts";

/** A store behind the API, and the API itself. */
export interface WireWorld extends World {
  readonly wire: Wire;
}
