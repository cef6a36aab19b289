import { describe, expect, it } from "vitest";
import { checkValue, cleaned, type Field, type Fitting, readPaste } from "../../src/cli/paste.ts";

const FITTING: Fitting = {
  site: { host: "cloud.example.org", app: "springfield", kind: "production" },
  version: "1.2",
  old: "old-id",
  known: ["old-id", "third-id"],
  others: { clientId: "new-id", tokenUrl: "https://cloud.example.org/campus/oauth2/token?appName=springfield" },
};
const TOKEN = "https://cloud.example.org/campus/oauth2/token?appName=springfield";
const BASE = "https://cloud.example.org/campus/api/oneroster/v1p2/springfield/ims/oneroster";

describe("a pasted value", () => {
  it.each([
    ["  abc \t", "abc"],
    ['"abc"', "abc"],
    ["\u201cabc\u201d", "abc"],
    ["\u00a0a\u200bb\ufeffc\u00ad\u00a0", "abc"],
    ["\u2018\u00a0abc\u00a0\u2019", "abc"],
    ["`abc`", "abc"],
  ])("loses what a copy put around it: %j", (text, value) => {
    expect(cleaned(text)).toBe(value);
  });

  it("is understood with its label in front, whatever was asked for", () => {
    expect(readPaste("Client ID: abc", "clientId")).toEqual({ clientId: "abc" });
    expect(readPaste("Base URL\thttps://x.example/a=b", "clientId")).toEqual({ baseUrl: "https://x.example/a=b" });
    expect(readPaste("CLIENT_SECRET=s3:cret=", "clientSecret")).toEqual({ clientSecret: "s3:cret=" });
  });

  it("is not mistaken for a label", () => {
    expect(readPaste("client-idea", "clientId")).toEqual({ clientId: "client-idea" });
  });

  it.each([
    [`Client ID: a\nClient Secret: b\nToken URL: ${TOKEN}\nBase URL: ${BASE}`],
    [
      `Information to Share\r\nClient ID\r\na\r\nClient Secret\r\nb\r\nToken URL\r\n${TOKEN}\r\nBase URL\r\n${BASE}\r\n`,
    ],
    [`a\nb\n${TOKEN}\n${BASE}`],
    [`Base URL = "${BASE}"\n\nToken URL = "${TOKEN}"\nClient Secret = b\nClient ID = a`],
  ])("is understood as a whole sheet: %#", (sheet) => {
    expect(readPaste(sheet, "clientId")).toEqual({ clientId: "a", clientSecret: "b", tokenUrl: TOKEN, baseUrl: BASE });
  });

  it("of several lines that are no sheet is no value", () => {
    const { clientId = "" } = readPaste("a\nb", "clientId");
    expect(checkValue("clientId", clientId, FITTING).wrong).toContain("blank inside");
  });
});

describe("the shape of a value", () => {
  it.each<[Field, string]>([
    ["clientId", "new-id"],
    ["clientSecret", "s3cret/+="],
    ["tokenUrl", TOKEN],
    ["baseUrl", BASE],
    ["baseUrl", "https://cloud.example.org/campus/api/ims/oneroster"],
  ])("is right: %s %s", (field, value) => {
    expect(checkValue(field, value, FITTING)).toEqual({});
  });

  it.each<[Field, string, string]>([
    ["clientId", "", "nothing in it"],
    ["clientId", "old-id", "This is the old connection"],
    ["clientId", "third-id", "another connection that exists already"],
    ["clientId", TOKEN, "This is a URL"],
    ["clientSecret", "new-id", "the Client ID once more"],
    ["clientSecret", BASE, "This is a URL"],
    ["tokenUrl", "cloud.example.org/token", "begins with https://"],
    ["tokenUrl", "https://", "begins with https://"],
    ["tokenUrl", TOKEN.replace("https", "http"), "in the open"],
    ["tokenUrl", TOKEN.replace("//", "//me:pw@"), "user name or password"],
    ["tokenUrl", TOKEN.replace(/\?.*/, ""), "No Campus Application selected"],
    ["baseUrl", TOKEN, "the Token URL once more"],
    ["baseUrl", "https://cloud.example.org/other/oauth2/token", "a Token URL"],
    ["baseUrl", BASE.replace("v1p2", "v1p1"), "version 1.1, and 1.2 is wanted"],
    ["baseUrl", "nothing", "begins with https://"],
  ])("is wrong: %s %s", (field, value, says) => {
    expect(checkValue(field, value, FITTING).wrong).toContain(says);
  });

  it.each<[Field, string, string]>([
    ["tokenUrl", TOKEN.replace("=springfield", "=shelbyville"), "not springfield"],
    ["tokenUrl", TOKEN.replace("cloud.", "other."), "not cloud.example.org"],
    ["baseUrl", BASE.replace("cloud.", "other."), "not cloud.example.org"],
  ])("is doubtful: %s %s", (field, value, says) => {
    expect(checkValue(field, value, FITTING).doubt).toContain(says);
  });

  it("may be plain http on this machine", () => {
    const site = { ...FITTING.site, host: "127.0.0.1:8642" };
    expect(checkValue("tokenUrl", "http://127.0.0.1:8642/t?appName=springfield", { ...FITTING, site })).toEqual({});
  });

  it("is judged in sentences that never quote it", () => {
    for (const [field, value] of [
      ["clientSecret", "canary secret"],
      ["clientSecret", "https://canary"],
      ["tokenUrl", "https://canary:canary@x.example"],
    ] as const) {
      expect(checkValue(field, value, FITTING).wrong).not.toContain("canary");
    }
  });
});
