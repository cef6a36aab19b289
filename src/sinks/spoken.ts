/** A fingerprint in groups of four that can be read aloud: `3f9a 12bc 77d0 e001`. */
export function spokenFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(/[0-9a-f]{4}(?=[0-9a-f])/g, "$& ");
}
