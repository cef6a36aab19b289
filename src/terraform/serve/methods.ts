import type { DescService, MessageInitShape, MessageShape } from "@bufbuild/protobuf";

/** Answers one call: the bytes of a message for the bytes of a message. */
export type Answer = (request: Uint8Array) => Promise<Uint8Array>;

/** What each method of a service does, by its name in messages. */
export type Methods<Service extends DescService> = {
  readonly [Name in keyof Service["method"]]: (
    request: MessageShape<Service["method"][Name]["input"]>,
  ) => Promise<MessageInitShape<Service["method"][Name]["output"]>>;
};
