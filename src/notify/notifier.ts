import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** One message. Its `id` stays the same over every try, so that a receiver can keep it apart from others. */
export interface Message {
  /** Unique; letters, digits, `_` and `-` only. */
  readonly id: string;
  /** What is sent and signed, byte for byte. Holds no secret. */
  readonly body: string;
}

/** How a message ended. Nothing depends on it: what it tells about is done already. */
export type Sent =
  | { readonly kind: "sent"; readonly tries: number }
  /** A warning; nobody was told, as far as we know. */
  | { readonly kind: "not-sent"; readonly diagnostic: Diagnostic };

/** How a message is sent. */
export interface Sending {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** One try and a second or two: whoever interrupted a run waits for its end. */
  readonly isHurried?: boolean;
}

/** Somebody who is told about a run after it has ended. */
export interface Notifier {
  /** Names the receiver for people: its host, never the whole address. */
  readonly site: string;
  /** Never throws, and ends within the time that was set. */
  readonly send: (message: Message, sending?: Sending) => Promise<Sent>;
}
