import type { DescService, MessageInitShape, MessageShape } from "@bufbuild/protobuf";

/** Answers one call: the bytes of a message for the bytes of a message. */
export type Answer = (request: Uint8Array) => Promise<Uint8Array>;

/** What each method of a service does, by its name in messages. */
export type Methods<Service extends DescService> = {
  readonly [Name in keyof Service["method"]]: (
    request: MessageShape<Service["method"][Name]["input"]>,
  ) => Promise<MessageInitShape<Service["method"][Name]["output"]>>;
};

/** Everything that answers calls, once it was loaded. */
export interface Answerer {
  /** By path, e.g. `/tfplugin6.Provider/ReadResource`. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** Finish what is in hand, start nothing more. */
  readonly stop: () => void;
  /** Lets go of what was opened. */
  readonly close: () => Promise<void>;
}
