import { randomInt } from "node:crypto";
import { basename } from "node:path";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { describeCover } from "./cover.ts";
import { type FolderOptions, placeOf } from "./file.ts";
import { badRecipient, recipientFrom } from "./recipient.ts";
import { replaceFile } from "./replace-file.ts";
import { describeHandover } from "./sheet.ts";
import type { Handover, Sink } from "./sink.ts";

/** Where packets go, and how a passphrase reaches the person who tells it on. */
export interface PacketOptions extends FolderOptions {
  /** Shows a text once, to a person, and keeps it nowhere. Absent: nobody is there to see it. */
  readonly tell?: (text: string) => Promise<void>;
}

/** Six groups of five digits: 99 bits, easy to say in any language, behind scrypt. */
const GROUPS = 6;

/**
 * A sink that keeps a packet for each address: `otus.cover.md` to read, and `otus.txt.age` with the values, which only the
 * vendor can open: with its own key (`keys` in the catalogue), or where it has none with a passphrase that is made anew,
 * shown once, and told by telephone.
 */
export function createPacketSink(options: PacketOptions): Sink {
  return {
    keeps: true,
    target: (address) => `packet:${placeOf(address, options, ".txt.age").shown}`,
    async deliver(handover) {
      const { recipients = [], address, vendor } = handover;
      const sealed = placeOf(address, options, ".txt.age");
      const cover = placeOf(address, options, ".cover.md");
      const openedWith = recipients.length > 0 ? "key" : "passphrase";
      const { tell } = options;
      if (openedWith === "passphrase" && tell === undefined) throw nobodyThere(vendor);
      const passphrase = makePassphrase();
      const age = await seal(handover, recipients.length > 0 ? recipients : passphrase);
      await replaceFile(sealed, age);
      await replaceFile(cover, describeCover(handover, { file: basename(sealed.file), openedWith }));
      if (openedWith === "passphrase") await tell?.(describePassphrase(vendor, sealed.shown, passphrase));
    },
  };
}

async function seal(handover: Handover, to: readonly string[] | string): Promise<string> {
  // Loaded only when used: it takes longer to load than a whole plan.
  const age = await import("age-encryption");
  const encrypter = new age.Encrypter();
  if (typeof to === "string") encrypter.setPassphrase(to);
  else for (const line of to) await add(encrypter, line);
  return `${age.armor.encode(await encrypter.encrypt(describeHandover(handover))).trimEnd()}\n`;
}

async function add(
  encrypter: { addRecipient(recipient: Awaited<ReturnType<typeof recipientFrom>>): void },
  line: string,
) {
  const recipient = await recipientFrom(line);
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    throw badRecipient("An age key of the vendor cannot be read.", error);
  }
}

function makePassphrase(): string {
  return Array.from({ length: GROUPS }, () => String(randomInt(100_000)).padStart(5, "0")).join("-");
}

function describePassphrase(vendor: string, file: string, passphrase: string): string {
  return [
    `Passphrase for ${vendor}'s packet ${file}:`,
    "",
    `    ${passphrase}`,
    "",
    "Tell it to the vendor by telephone, hyphens included. It is kept nowhere; never",
    "send it by mail, least of all together with the packet.",
    "",
  ].join("\n");
}

function nobodyThere(vendor: string): OutsideError {
  return new OutsideError("sinks/not-a-terminal", `${vendor} has no key, and nobody is there to see a passphrase.`, {
    fix: "Run it at a terminal, or name the vendor's public keys under `keys` in the catalogue.",
  });
}
