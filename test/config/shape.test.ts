import { expect, test } from "vitest";
import { alone, diagnosed, findings } from "./load.ts";

test.each([
  ["a mistyped key", "  Otus: { verson: 1.1, kind: other }\n", ["springfield.yaml:5:11 config/unknown-key <verson>"]],
  [
    "a mistyped kind",
    "  Otus: { version: 1.1, kind: suported }\n",
    ["springfield.yaml:5:31 config/unknown-value <suported>"],
  ],
  [
    "an unknown version",
    "  Otus: { version: 1.3, kind: other }\n",
    ["springfield.yaml:5:20 config/unknown-value <1.3>"],
  ],
  ["a mistyped ignore", "  Otus: ignor\n", ["springfield.yaml:5:9 config/unknown-value <ignor>"]],
  ["an entry without a value", "  Otus:\n", ["springfield.yaml:5:8 config/wrong-type <>"]],
  [
    "text where a list is due",
    "  Otus: { version: 1.1, kind: other, share: demographics }\n",
    ["springfield.yaml:5:45 config/wrong-type <demographics>"],
  ],
  [
    "a number where text is due",
    "  Otus: { version: 1.1, kind: other, adopt: 17 }\n",
    ["springfield.yaml:5:45 config/wrong-type <17>"],
  ],
  [
    "a number of schools",
    "  Otus: { version: 1.1, kind: other, schools: 3 }\n",
    ["springfield.yaml:5:47 config/wrong-type <3>"],
  ],
  [
    "a day that does not exist",
    "  Otus: { version: 1.1, kind: other, ends: 2027-02-30 }\n",
    ["springfield.yaml:5:44 config/unreadable-day <2027-02-30>"],
  ],
  [
    "a duration in words",
    "  Otus: { version: 1.1, kind: other, sync-period: 2 days }\n",
    ["springfield.yaml:5:51 config/unreadable-duration <2 days>"],
  ],
  [
    "a fingerprint of another kind",
    "  Otus: { version: 1.1, kind: other, attest: { connection: c, fingerprint: x, by: d, at: 2027-01-01, reason: r } }\n",
    ["springfield.yaml:5:76 config/unreadable-value <x>"],
  ],
  [
    "an incomplete statement",
    "  Otus:\n    version: 1.1\n    kind: other\n    attest: { connection: c }\n",
    Array.from({ length: 4 }, () => "springfield.yaml:8:13 config/missing-key <{ connection: c }>"),
  ],
  [
    "no schools",
    "  Otus: { version: 1.1, kind: other, schools: [] }\n",
    ["springfield.yaml:5:47 config/empty-value <[]>"],
  ],
  [
    "an empty contact",
    "  Otus: { version: 1.1, kind: other, contact: '' }\n",
    ["springfield.yaml:5:47 config/empty-value <''>"],
  ],
  ["no named connections", "  Otus: { connections: {} }\n", ["springfield.yaml:5:24 config/empty-value <{}>"]],
  [
    "a negative rotation",
    "  Otus: { version: 1.1, kind: other, rotate: -1 }\n",
    ["springfield.yaml:5:46 config/out-of-range <-1>"],
  ],
  [
    "a name with brackets",
    "  Otus[1]: { version: 1.1, kind: other }\n",
    ["springfield.yaml:5:3 config/bad-name <Otus[1]>"],
  ],
  [
    "the name __proto__",
    "  __proto__: { version: 1.1, kind: other }\n",
    ["springfield.yaml:5:3 config/bad-name <__proto__>"],
  ],
  [
    "named connections beside a key",
    "  Otus: { connections: { a: { version: 1.1, kind: other } }, version: 1.1 }\n",
    ["springfield.yaml:5:62 config/connections-and-keys <version>"],
  ],
])("%s is shown where it stands", async (_, vendors, expected) => {
  expect(await findings(alone(vendors))).toEqual(expected);
});

test.each([
  ["a share without its sign", "limits: { disable: 10 }\n", "springfield.yaml:4:20 config/wrong-type <10>"],
  ["a share above the whole", "limits: { disable: 101% }\n", "springfield.yaml:4:20 config/unreadable-percent <101%>"],
  ["another kind of sink", "deliver: { kind: fil, folder: x }\n", "springfield.yaml:4:18 config/unknown-value <fil>"],
  ["a sink without a kind", "deliver: { folder: x }\n", "springfield.yaml:4:10 config/missing-key <{ folder: x }>"],
  [
    "a sink without its folder",
    "deliver: { kind: file }\n",
    "springfield.yaml:4:10 config/missing-key <{ kind: file }>",
  ],
])("%s is shown where it stands", async (_, head, expected) => {
  expect(await findings(alone("  Otus: ignore\n", head))).toEqual([expected]);
});

test("a mistyped word comes with the word that was meant", async () => {
  const said = await diagnosed(alone("  Otus: { verson: 1.1, kind: suported }\n"));
  expect(said.map((one) => one.detail)).toEqual([
    '"verson" is no key of "Otus". Did you mean "version"?',
    '"kind" is "suported". Possible are supported, other. Did you mean "supported"?',
  ]);
});

test("a key that resembles none lists the possible ones", async () => {
  const [said] = await diagnosed(alone("  Otus: ignore\n", "limits: { weather: 1 }\n"));
  expect(said?.detail).toBe('"weather" is no key of "limits". Possible are disable, switch, at-least.');
});

test("a missing key says what it is for and how to write it", async () => {
  const said = await diagnosed({
    "s.yaml": "district: s\nsite: { host: a.example.org }\nstore: { kind: sqlite, path: x }\n",
  });
  expect(said.map((one) => one.detail)).toEqual([
    '"site" needs "app". The value of `appName` in the Token URL. Add for example `app: shelbyville`.',
  ]);
});

test("what could not be read does not make further complaints", async () => {
  const said = await findings(
    alone("  Otus: { version: 1.3, kind: suported }\n  Edlink: { connections: { a: { version: 9, kind: other } } }\n"),
  );
  expect(said).toEqual([
    "springfield.yaml:5:20 config/unknown-value <1.3>",
    "springfield.yaml:5:31 config/unknown-value <suported>",
    "springfield.yaml:6:42 config/unknown-value <9>",
  ]);
});

test("the wrong site or name of a district does not hide what is wrong with its vendors", async () => {
  const said = await findings({
    "s.yaml":
      "district: Spring Field\nsite: https://a\nstore: { kind: sqlite, path: x }\nvendors:\n  Otus: { kind: other }\n",
  });
  expect(said).toEqual([
    "s.yaml:1:11 config/unreadable-value <Spring Field>",
    "s.yaml:2:7 config/wrong-type <https://a>",
    "s.yaml:5:3 config/version-missing <Otus>",
  ]);
});

test("a document that is no map is refused", async () => {
  expect(await findings({ "s.yaml": "- a\n- b\n" })).toEqual(["s.yaml:1:1 config/wrong-type <- a>"]);
});

test("a value under a key that looks like a credential is refused and never shown", async () => {
  const said = await diagnosed(alone("  Otus: { version: 1.1, kind: oter, clientSecret: hunter2canary }\n"));
  expect(said.map((one) => one.code)).toEqual(["config/unknown-value", "config/secret-inline"]);
  expect(JSON.stringify(said)).not.toContain("hunter2canary");
});

test.each([
  ["on its line", "key: hunter2canary", "  key: [secret]", 6],
  ["on the next line", "key:\n    hunter2canary", "[secret]", 7],
  ["in quotes", '"key": "hunter2canary"', '  "key": [secret]', 6],
])("the key of the store written into the document, %s, is refused and never shown", async (_, key, snippet, line) => {
  const store = `store:\n  kind: sqlite\n  path: x\n  ${key}\n`;
  const said = await diagnosed({ "s.yaml": `district: s\nsite: { host: a.example.org, app: s }\n${store}` });
  const expected = [["config/secret-inline", line, snippet]];
  expect(said.map((one) => [one.code, one.at?.line, one.at?.snippet])).toEqual(expected);
  expect(JSON.stringify(said)).not.toContain("hunter2canary");
});

test.each([
  ["whole", "{ kind: postgres, url: postgresql://dana:hunter2canary@db.example.org/agency }", "config/secret-inline"],
  ["beside a mistake", "{ kind: postgress, url: postgresql://dana:hunter2canary@db/agency }", "config/unknown-value"],
  [
    "of another kind",
    "{ kind: sqlite, path: x, url: 'postgresql://dana:hunter2canary@db/agency' }",
    "config/unknown-key",
  ],
])("the URL of a store written into the document, %s, is never shown", async (_, store, code) => {
  const said = await diagnosed({ "s.yaml": `district: s\nsite: { host: a.example.org, app: s }\nstore: ${store}\n` });
  expect(said.map((one) => one.code)).toEqual([code]);
  expect(JSON.stringify(said)).not.toContain("hunter2canary");
});

test.each(["{ kind: by-hand }", "{ kind: by-hand, path: x.db, url: env:STORE_URL }"])(
  "a registry has one place: %s",
  async (store) => {
    const said = await diagnosed({ "s.yaml": `district: s\nsite: { host: a.example.org, app: s }\nstore: ${store}\n` });
    expect(said.map((one) => one.code)).toEqual(["config/store-place"]);
  },
);

test("a line that cannot be read is not shown when a credential may stand in it", async () => {
  const said = await diagnosed(alone("  Otus: { version: 1.1, clientSecret: hunter2canary: x: }\n"));
  expect(said.map((one) => one.code)).toEqual(["config/syntax"]);
  expect(JSON.stringify(said)).not.toContain("hunter2canary");
});
