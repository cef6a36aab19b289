import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { describe, expect, it } from "vitest";
import { makeIdentity } from "../../src/terraform/serve/certificate.ts";

describe("certificates", () => {
  it("are each one that OpenSSL takes, 5,000 times", { timeout: 120_000 }, () => {
    for (let count = 0; count < 5_000; count += 1) {
      const { key, certificate, der } = makeIdentity();
      createSecureContext({ key, cert: certificate, ca: certificate });
      const read = new X509Certificate(certificate);
      if (!read.verify(read.publicKey) || read.checkHost("localhost") === undefined || !read.raw.equals(der)) {
        expect.fail(`this certificate is not right:\n${certificate}`);
      }
    }
  });

  it("say what they are for, and hold for days", () => {
    const now = Date.UTC(2026, 5, 1, 12);
    const read = new X509Certificate(makeIdentity(now).certificate);
    expect(read.subject).toBe("CN=localhost");
    expect(read.subjectAltName).toBe("DNS:localhost");
    expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    expect(Date.parse(read.validFrom)).toBe(now - 86_400_000);
    expect(Date.parse(read.validTo)).toBe(now + 7 * 86_400_000);
    expect(read.checkIssued(read)).toBe(true);
  });

  it("are right beyond 2049, where the form of dates changes", () => {
    const read = new X509Certificate(makeIdentity(Date.UTC(2049, 11, 31)).certificate);
    expect([read.validFrom, read.validTo]).toEqual(["Dec 30 00:00:00 2049 GMT", "Jan  7 00:00:00 2050 GMT"]);
  });

  it("have a number of their own", () => {
    const numbers = new Set(
      Array.from({ length: 50 }, () => new X509Certificate(makeIdentity().certificate).serialNumber),
    );
    expect(numbers.size).toBe(50);
  });
});
