import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../model/secret.ts";

/**
 * The vendor key of an application: grade book calls carry it as `x-vendor-authorization: <vendorKey>:<vendorSecret>`
 * (Infinite Campus knowledge base, "Connecting to OneRoster Grade Book Endpoints").
 */
export interface VendorKey {
  /** The application whose connections it opens the grade book for. */
  readonly application: string;
  /** `<vendorKey>:<vendorSecret>`, as it is sent. */
  readonly value: Secret;
}

/** Whose vendor keys the campus knows. */
export type Partners = readonly VendorKey[];

/** Whether the header holds a key of the application. Every key is compared, each in constant time. */
export function opensGradeBook(partners: Partners, application: string, header: unknown): boolean {
  const given = digestOf(typeof header === "string" ? header.trim() : "");
  const right = partners.filter(({ value }) => timingSafeEqual(digestOf(value.reveal()), given));
  return right.some((partner) => partner.application === application);
}

/** Whether a text can be a vendor key: two parts with a colon between, neither of them empty, nothing else than a header can carry. */
export function isVendorKey(text: string): boolean {
  return /^[\x21-\x39\x3b-\x7e]+:[\x21-\x7e]+$/.test(text);
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
