import { OutsideError } from "../diagnostics/outside-error.ts";
import { type FolderOptions, placeOf } from "./file.ts";
import { replaceFile } from "./replace-file.ts";
import { describeHandover } from "./sheet.ts";
import type { Sink } from "./sink.ts";

/** Where encrypted files go and who can open them. */
export interface AgeOptions extends FolderOptions {
  /** Recipients as `age-keygen` prints them: `age1...`. At least one. */
  readonly recipients: readonly string[];
}

/**
 * A sink that keeps one armored age file per address: `folder/springfield/otus.txt.age`. What stands in it is the same
 * at every delivery of a connection; the bytes are not, because age never encrypts twice alike.
 */
export function createAgeSink(options: AgeOptions): Sink {
  return {
    keeps: true,
    target: (address) => `age:${placeOf(address, options, ".txt.age").shown}`,
    async deliver(handover) {
      const sealed = await sealFor(options.recipients, describeHandover(handover));
      await replaceFile(placeOf(handover.address, options, ".txt.age"), sealed);
    },
  };
}

async function sealFor(recipients: readonly string[], text: string): Promise<string> {
  // Loaded only when used: it takes longer to load than a whole plan.
  const age = await import("age-encryption");
  const encrypter = new age.Encrypter();
  if (recipients.length === 0) throw badRecipient("No age recipient is named.");
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (error) {
      // The text is not repeated: somebody may have put the secret key there.
      throw badRecipient("An age recipient cannot be read.", error);
    }
  }
  return `${age.armor.encode(await encrypter.encrypt(text)).trimEnd()}\n`;
}

function badRecipient(message: string, cause?: unknown): OutsideError {
  return new OutsideError("sinks/bad-recipient", message, {
    fix: "Name under `deliver: { recipients: [...] }` public keys as age-keygen prints them, starting with age1.",
    ...(cause === undefined ? {} : { cause }),
  });
}
