import { createHash } from "node:crypto";

/** SHA-256 as lower-case hex; what digests and seals are made with. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
