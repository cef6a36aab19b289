import { createFileSink } from "../../src/sinks/file.ts";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { handover } from "./handover.ts";

/** Run as a process of its own, under limits that a test cannot put on itself: delivers once and says what came of it. */
const [folder = "", secret = ""] = process.argv.slice(2);

const said = await createFileSink({ folder })
  .deliver(handover({ secret }))
  .then(
    () => ({ code: "delivered" }),
    (error: unknown) =>
      error instanceof OutsideError ? { code: error.code, message: error.message, fix: error.fix } : { code: "bug" },
  );
process.stdout.write(JSON.stringify(said));
