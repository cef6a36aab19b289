import { serve } from "../../../src/terraform/serve/serve.ts";

// A provider to be spawned by Terraform, built like the real one.
void serve(async (log) => (await import("./library.ts")).answerer(log));
