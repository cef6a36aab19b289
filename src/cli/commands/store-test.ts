import { resolve } from "node:path";
import { envReference, fileReference } from "../../config/reference.ts";
import type { Result } from "../../conformance/telling.ts";
import type { StoreTestOptions as Options, StoreTestReport, Tried } from "../../conformance/store-test.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { Secret } from "../../model/secret.ts";
import { countOutcomes, describeArea, describeStoreTest, describeTried } from "../../views/store-test-text.ts";
import { EXIT, type ExitCode, interruptedBy } from "../exit-code.ts";
import { folderOf, openOutput, type Output, type OutputOptions } from "../output.ts";
import type { World } from "../world.ts";

/** What the command line says. Tokens and the authority are references, never values. */
export interface StoreTestOptions extends OutputOptions {
  readonly address: string;
  readonly token: string;
  readonly secondToken?: string;
  readonly readerToken?: string;
  readonly outsiderToken?: string;
  readonly ca?: string;
  readonly only?: readonly string[];
  readonly parallelism: number;
  /** How long one story may take, in milliseconds. */
  readonly deadline: number;
  /** Whether what was not tried fails as well. */
  readonly strict?: boolean;
}

/** Tells the stories of all promises on a server, and says which it keeps. */
export async function storeTest(options: StoreTestOptions, world: World): Promise<ExitCode> {
  const out = openOutput(options, world);
  const tokens = tokensIn(options, world);
  const { testStore } = await import("../../conformance/store-test.ts");
  const { only, parallelism, deadline: deadlineMs } = options;
  const address = addressIn(options.address);
  const ca = options.ca === undefined ? {} : { ca: resolve(folderOf(options, world), fileIn(options.ca)) };
  const { clock, signal } = world;
  const asked: Options = { address, tokens, parallelism, deadlineMs, clock, signal, ...ca, ...(only && { only }) };
  const listener = createListener(out);
  const report = await testStore(asked, listener).catch((error: unknown) => {
    throw forThisCommand(error);
  });
  listener.flush();
  return end(report, { out, options, world });
}

function end(
  report: StoreTestReport,
  { out, options, world }: { readonly out: Output; readonly options: StoreTestOptions; readonly world: World },
): ExitCode {
  const { kept, broken, notTried } = countOutcomes(report.results);
  const interrupted = interruptedBy(world.signal);
  if (interrupted !== undefined) out.text("\nInterrupted: the promises above are all that is known.");
  out.text(describeStoreTest(report, out));
  const isComplete = interrupted === undefined;
  out.json({ type: "store_test_summary", kept, broken, not_tried: notTried, left: report.left, complete: isComplete });
  if (interrupted !== undefined) return interrupted;
  return broken > 0 || (options.strict === true && notTried > 0) ? EXIT.failed : EXIT.done;
}

/** Shows areas whole and in their order, whatever the order in which stories end; machines get each at once. */
function createListener(out: Output) {
  const results: Result[] = [];
  let areas: Tried["areas"] = [];
  let shown = 0;
  const show = (isLast: boolean): void => {
    for (let next = areas[shown]; next !== undefined; next = areas[shown]) {
      const { name, promises } = next;
      const mine = promises.flatMap((says) => results.find((one) => one.area === name && one.says === says) ?? []);
      if (!isLast && mine.length < promises.length) return;
      if (mine.length > 0) out.text(describeArea(name, mine, out));
      shown += 1;
    }
  };
  return {
    begun: (tried: Tried): void => {
      const { site, operator, can, rehearses, prefix } = tried;
      ({ areas } = tried);
      out.text(describeTried(tried, out).trimEnd());
      out.json({ type: "store_test_start", site, operator, can, rehearses, districts: prefix });
    },
    told: (result: Result): void => {
      const { area, says, outcome } = result;
      results.push(result);
      const { kind, ...more } = outcome;
      out.json({ type: "promise", area, says, outcome: kind, ...more });
      show(false);
    },
    flush: (): void => show(true),
  };
}

function tokensIn(options: StoreTestOptions, world: World): Options["tokens"] {
  const { token, secondToken: second, readerToken: reader, outsiderToken: outsider } = options;
  const read = (flag: string, reference: string) => tokenIn(flag, reference, { options, world });
  return {
    main: read("--token", token),
    ...(second === undefined ? {} : { second: read("--second-token", second) }),
    ...(reader === undefined ? {} : { reader: read("--reader-token", reader) }),
    ...(outsider === undefined ? {} : { outsider: read("--outsider-token", outsider) }),
  };
}

/** The address of the server. It may hold a password, so one that cannot be used is not repeated. */
function addressIn(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return text;
  throw new OutsideError("cli/no-address", "what was given is not the address of a server", {
    fix: "Write it like https://store.example.org, without a password and without /api/v1.",
  });
}

/** Where a token is. What is no reference may be the token itself, so it is not repeated. */
function tokenIn(
  flag: string,
  reference: string,
  { options, world }: { readonly options: StoreTestOptions; readonly world: World },
): Options["tokens"]["main"] {
  const [name, path] = [envReference(reference), fileReference(reference)];
  if (name !== undefined) {
    const value = world.env[name];
    return { named: `the variable ${name} of ${flag}`, ...(value ? { value: new Secret(value) } : {}) };
  }
  if (path !== undefined)
    return { named: `the file ${path} of ${flag}`, file: resolve(folderOf(options, world), path) };
  throw new OutsideError("cli/no-reference", `${flag} is no reference`, {
    fix: "Write env:NAME or file:PATH, never the token itself: the command line can be read by others on this machine.",
  });
}

function fileIn(reference: string): string {
  return fileReference(reference) ?? reference;
}

/** What the driver says of a project file is said here of the command line. */
const FIXES: Readonly<Record<string, string>> = {
  "stores/unreachable": "Check the URL and the network, then try again.",
  "stores/not-trusted":
    "Name the file of the server's certificate authority with --ca; the host of the URL has to be the certificate's.",
  "stores/login-refused":
    "Look at what --token and the other tokens lead to; whoever runs the server gives out tokens.",
  "stores/redirected": "Give the URL that it points to, if it is the right one.",
  "stores/bad-answer": "Check the URL: it is the address without `/api/v1`.",
  "stores/bad-token": "Put the token alone in the variable or file that the reference names.",
  "stores/no-token": "Set the variable, or write the file, that the reference names.",
  "stores/no-authority": "Name the file of the certificate authority with --ca, in PEM.",
};

function forThisCommand(error: unknown): unknown {
  if (!(error instanceof OutsideError)) return error;
  const fix = FIXES[error.code] ?? error.fix;
  const { code, message, retryable, cause } = error;
  return new OutsideError(code, message, { retryable, ...(fix === undefined ? {} : { fix }), cause });
}
