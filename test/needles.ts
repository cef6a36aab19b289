/** One secret, and the Client ID it belongs to. */
export interface Minted {
  readonly clientId: string;
  readonly secret: string;
}

/** Every form in which a secret could stand somewhere: as it is, encoded, and in an HTTP Basic header. */
function needlesOf({ clientId, secret }: Minted): readonly string[] {
  const pairs = [`${clientId}:${secret}`, `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`];
  const forms = [secret, secret.slice(0, 20), secret.slice(-20), encodeURIComponent(secret), inForm(secret)].flatMap(
    (text) => [text, JSON.stringify(text).slice(1, -1), Buffer.from(text).toString("hex"), ...insideBase64(text)],
  );
  const basic = pairs.flatMap((pair) => [
    Buffer.from(pair).toString("base64"),
    Buffer.from(pair).toString("base64url"),
  ]);
  return [...new Set([...forms, ...basic])];
}

/** As a form posts it, which encodes more than a URL needs. */
function inForm(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice(2);
}

/** What base64 of any text that holds this one must hold, whatever stands before and behind it. */
function insideBase64(text: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const whole = bytes.subarray(before === 0 ? 0 : 3, bytes.length - (bytes.length % 3));
    return [whole.toString("base64"), whole.toString("base64url")];
  });
}

/** Something that was printed, written or answered. */
export interface Hay {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Where any form of any of the secrets stands: the names of the hay it is in. */
export function found(secrets: readonly Minted[], hay: readonly Hay[]): readonly string[] {
  const needles = secrets.flatMap(needlesOf).map((needle) => Buffer.from(needle));
  return hay
    .filter(({ bytes }) => needles.some((needle) => bytes.includes(needle) || bytes.includes(wide(needle))))
    .map(({ name }) => name);
}

/** The same text in UTF-16. */
function wide(needle: Buffer): Buffer {
  return Buffer.from(needle.toString("latin1"), "utf16le");
}
