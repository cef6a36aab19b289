const WATCH_MS = 1_000;
/** How long what is in hand may take once Terraform is gone. */
const GRACE_MS = 5_000;

/** Before the handshake every line on stdout is taken for it: whatever a package prints goes to stderr. */
export function keepStdoutFree(): void {
  console.log = console.error;
  console.info = console.error;
  console.debug = console.error;
  Object.defineProperty(process, "stdout", { configurable: true, enumerable: true, get: () => process.stderr });
}

/**
 * Ends the process once nobody is there to be answered: the parent is gone (killed, so that it could say nothing), or the
 * session ended. Ctrl-C goes to the whole process group and means Terraform, which then asks us to stop. Answers how to end
 * for another reason.
 */
export function endWithParent(finish: (withinMs: number) => Promise<void>): (code: number) => void {
  const parent = process.ppid;
  let isEnding = false;
  const end = (code: number) => {
    if (isEnding) return;
    isEnding = true;
    void finish(GRACE_MS).finally(() => process.exit(code));
  };
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => end(143));
  process.on("SIGHUP", () => end(129));
  setInterval(() => {
    if (process.ppid !== parent) end(0);
  }, WATCH_MS).unref();
  return end;
}
