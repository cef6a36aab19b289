import { serve } from "./serve/serve.ts";

// What is behind `./library.ts` is loaded after the handshake, so that Terraform does not wait for it.
if (process.argv.includes("--debug")) void import("./library.ts").then(({ debugged }) => debugged());
else void serve(async (log) => (await import("./library.ts")).answerer(log));
