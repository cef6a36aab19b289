import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A key and its certificate, for one launch. */
export interface Identity {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM. */
  readonly certificate: string;
  /** DER: what the handshake tells, and the only certificate that the other side then trusts. */
  readonly der: Buffer;
}

const DAY_MS = 86_400_000;
/** Within which a launch has ended, and clocks have been set. The certificate is looked at while a connection begins. */
const VALID_DAYS = 7;

const SEQUENCE = 0x30;
const SET = 0x31;
/** `ecdsa-with-SHA256`, 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = der(SEQUENCE, Buffer.from("06082a8648ce3d040302", "hex"));
/** `CN=localhost` */
const NAME = der(
  SEQUENCE,
  der(SET, der(SEQUENCE, Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from("localhost")))),
);
const TRUE = Buffer.from("0101ff", "hex");
/** The certificate is its own issuer. */
const BASIC_CONSTRAINTS = extension("0603551d13", TRUE, der(SEQUENCE, TRUE));
/** `serverAuth` and `clientAuth`, as the launcher's own certificates have. */
const KEY_USAGE = extension(
  "0603551d25",
  der(SEQUENCE, Buffer.from("06082b06010505070301", "hex"), Buffer.from("06082b06010505070302", "hex")),
);
const ALTERNATIVE_NAME = extension("0603551d11", der(SEQUENCE, der(0x82, Buffer.from("localhost"))));

/**
 * Makes a key on the curve P-256 and a certificate for `localhost`, signed by that key (RFC 5280). Node cannot issue
 * certificates, and the packages that can take longer to load than all the rest of the start.
 */
export function makeIdentity(now: number = Date.now()): Identity {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = der(
    SEQUENCE,
    der(0xa0, Buffer.from("020102", "hex")),
    serialNumber(),
    ECDSA_WITH_SHA256,
    NAME,
    der(SEQUENCE, moment(now - DAY_MS), moment(now + VALID_DAYS * DAY_MS)),
    NAME,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(SEQUENCE, BASIC_CONSTRAINTS, KEY_USAGE, ALTERNATIVE_NAME)),
  );
  const signature = sign("sha256", body, privateKey);
  const whole = der(SEQUENCE, body, ECDSA_WITH_SHA256, der(0x03, Buffer.of(0), signature));
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), certificate: pem(whole), der: whole };
}

/** An element of DER: what it is, how long it is, and what is inside. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const size = length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
  return Buffer.concat([Buffer.of(tag), size, content]);
}

function extension(oid: string, ...parts: readonly Buffer[]): Buffer {
  const value = parts.at(-1) ?? Buffer.alloc(0);
  return der(SEQUENCE, Buffer.from(oid, "hex"), ...parts.slice(0, -1), der(0x04, value));
}

/** Positive, and in its shortest form: the first byte is neither 0 nor has its highest bit set. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return der(0x02, bytes);
}

/** UTCTime until 2049, GeneralizedTime afterwards. */
function moment(at: number): Buffer {
  const digits = new Date(at)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:T]/g, "");
  return Number(digits.slice(0, 4)) < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

/** Lines of at most 64 characters, none of them empty: OpenSSL refuses an empty one. */
function pem(whole: Buffer): string {
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
