import type { FastifyServerOptions } from "fastify";

/** Takes the lines of the log. */
export interface LogTarget {
  write(line: string): void;
}

/**
 * Logging that cannot leak: of a request the method and the path without its query (credentials may stand there), of an
 * error its name, its code and where it came from. No header, body or message is ever written.
 */
export function loggerTo(log: LogTarget | undefined): Pick<FastifyServerOptions, "logger"> {
  if (log === undefined) return { logger: false };
  return {
    logger: {
      level: "info",
      stream: log,
      serializers: {
        req: (request) => ({ method: request.method, path: request.url?.split("?")[0] }),
        res: (reply) => ({ status: reply.statusCode }),
        err: (error) => ({ type: error.name, message: "", stack: framesOf(error), code: error.code }),
      },
    },
  };
}

/** The places of a stack without the message that stands before them. */
function framesOf(error: Error): string {
  const lines = (error.stack ?? "").split("\n");
  return lines.filter((line) => /^ +at /.test(line)).join("\n");
}
