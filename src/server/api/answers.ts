import type { FastifyReply } from "fastify";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { Written } from "../../stores/store.ts";

/** A request that the API does not fulfil, with its status. Thrown inside the API only, and caught at its edge. */
export class ApiTrouble extends Error {
  override readonly name = "ApiTrouble";
  readonly status: number;
  readonly code: string;
  /** Seconds after which it may be tried again, where nothing was written and trying again makes sense. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

const STATUS: Readonly<Record<Written<unknown>["kind"], number>> = { done: 200, asked: 202, refused: 409, stale: 412 };

/** Sends the outcome of a write. The body says it all; the status is for those who only look at that. */
export function sendWritten(reply: FastifyReply, written: Written<unknown>): FastifyReply {
  if (written.kind === "done") reply.header("etag", `"${written.revision}"`);
  return reply.status(STATUS[written.kind]).send(written);
}

/**
 * The revision that a write was planned on: the header `If-Match`, as RFC 9110 (section 13.1.1) has it, with the number of
 * the slot's revision between quotation marks; `"0"` where there is no slot yet.
 */
export function revisionFrom(header: string | undefined): number {
  if (header === undefined)
    throw new ApiTrouble(
      428,
      "no-revision",
      'A write names the revision it was planned on: If-Match: "0" for a new address.',
    );
  const text = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (text === undefined) throw new ApiTrouble(400, "bad-request", 'If-Match is one revision, such as "7".');
  return Number(text);
}

/** What an error comes to. Messages are our own; nothing of a request or of an inner error is repeated. */
export function troubleOf(error: unknown): ApiTrouble {
  if (error instanceof ApiTrouble) return error;
  if (error instanceof OutsideError) return storeTrouble(error);
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  if (status === 413) return new ApiTrouble(413, "too-large", "The body is too large.");
  if (status === 415) return new ApiTrouble(415, "not-json", "The body must be application/json.");
  if (status >= 400 && status < 500) {
    return new ApiTrouble(400, "bad-request", validationMessage(error) ?? "The request is not what this path expects.");
  }
  return new ApiTrouble(500, "internal", "The campus made a mistake; its log says more.");
}

function storeTrouble(error: OutsideError): ApiTrouble {
  switch (error.code) {
    case "stores/no-such-connection":
      return new ApiTrouble(404, "not-found", "There is no such connection.");
    case "stores/locked":
      return new ApiTrouble(423, "locked", "Somebody else is writing to the store; try again.", 1);
    default:
      return new ApiTrouble(503, "unavailable", "The store cannot be used at the moment.");
  }
}

/** ajv names the place and the rule that was broken, never the value. */
function validationMessage(error: unknown): string | undefined {
  const isValidation = error instanceof Error && "validation" in error && error.validation !== undefined;
  return isValidation ? error.message : undefined;
}
