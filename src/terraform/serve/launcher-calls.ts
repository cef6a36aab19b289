/** The call after whose answer the process has to end at once: Terraform waits for that. */
export const LAST_CALL = "/plugin.GRPCController/Shutdown";

/** Streams that the launcher opens. What we write goes to stderr, and no further connections are made: nothing is said. */
export const SILENT: ReadonlySet<string> = new Set(["/plugin.GRPCStdio/StreamStdio", "/plugin.GRPCBroker/StartStream"]);
