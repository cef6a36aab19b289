const HIDDEN = "[secret]";

/**
 * A value that must never be printed. Its string, JSON and inspect forms are `[secret]`; the value itself comes out of
 * `reveal()` only, which is called in sinks, probes, stores (to verify and to seal) and the doors that must speak it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value in clear. Do not log, format or keep what this returns. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return HIDDEN;
  }
}

/** The four values under "Information to Share". The URLs are opaque: store and use them exactly as given. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly tokenUrl: string;
  readonly baseUrl: string;
}
