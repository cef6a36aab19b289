import type { FastifyReply } from "fastify";
import type { OneRosterVersion } from "../../model/traits.ts";

/** A refusal of the OneRoster side: its status and its minor code (1EdTech OneRoster, error handling). */
export interface Fault {
  readonly status: number;
  readonly minor: string;
  readonly description: string;
}

export const UNAUTHORISED: Fault = {
  status: 401,
  minor: "unauthorisedrequest",
  description: "The request needs a token of this site that has not ended.",
};
export const FORBIDDEN: Fault = {
  status: 403,
  minor: "forbidden",
  description: "This is not shared with the connection.",
};
export const UNKNOWN: Fault = {
  status: 404,
  minor: "unknownobject",
  description: "There is nothing here that the connection may see.",
};

/** Makes the fault of a request that cannot be read. */
export function badRequest(minor: string, description: string): Fault {
  return { status: 400, minor, description };
}

/** What 1.1 says beside an answer that it gives in spite of something. */
export function warningInfo(minor: string) {
  return {
    imsx_codeMajor: "success",
    imsx_severity: "warning",
    imsx_description: "A field is not known here, so it was left out of account.",
    imsx_CodeMinor: {
      imsx_codeMinorField: [{ imsx_codeMinorFieldName: "TargetEndSystem", imsx_codeMinorFieldValue: minor }],
    },
  };
}

/** Sends a fault in the payload of the version: 1.2 has it at the root, 1.1 inside `statusInfoSet`. */
export function sendFault(reply: FastifyReply, version: OneRosterVersion, fault: Fault): FastifyReply {
  const info = {
    imsx_codeMajor: "failure",
    imsx_severity: "error",
    imsx_description: fault.description,
    imsx_CodeMinor: {
      imsx_codeMinorField: [{ imsx_codeMinorFieldName: "TargetEndSystem", imsx_codeMinorFieldValue: fault.minor }],
    },
  };
  if (fault.status === 401) reply.header("www-authenticate", 'Bearer realm="campus"');
  return reply.status(fault.status).send(version === "1.1" ? { statusInfoSet: [info] } : info);
}
