/** A fingerprint in groups of four that can be read aloud: `3f9a 12bc 77d0 e001`. What is unknown stays a word. */
export function spokenFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(/[0-9a-f]{4}(?=[0-9a-f])/g, "$& ");
}

/** A fingerprint as somebody read or typed it, without blanks and capitals; `undefined` when it is none. */
export function parseFingerprint(text: string): string | undefined {
  const plain = text.replaceAll(/[\s-]/g, "").toLowerCase();
  return /^[0-9a-f]{16}$/.test(plain) ? plain : undefined;
}
