import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A position from 0, as editors count. */
export interface Cursor {
  readonly line: number;
  readonly character: number;
}

/** What an editor shows as wrong. */
export interface Shown {
  readonly message: string;
  readonly range: { readonly start: Cursor; readonly end: Cursor };
}

/** An editor's side of the real YAML language server, over its stdin and stdout. */
export interface Editor {
  /** Opens a text as if it were this file, and answers what is wrong with it. */
  open(path: string, text: string): Promise<readonly Shown[]>;
  /** The words that are offered at the cursor. */
  complete(path: string, at: Cursor): Promise<readonly string[]>;
  /** What is shown at the word under the cursor. */
  hover(path: string, at: Cursor): Promise<string>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

const SERVER = join(
  dirname(createRequire(import.meta.url).resolve("yaml-language-server/package.json")),
  "bin",
  "yaml-language-server",
);

/** What a network would answer, were there one: the text at an address. */
export type Network = (address: string) => string | undefined;

/**
 * Starts the server. `schemas` are those of the setting `yaml.schemas`: the address of a schema, and the files it is for. Like
 * VS Code, this editor fetches addresses itself when the server asks for them.
 */
export async function openEditor(network: Network, schemas: Readonly<Record<string, string>> = {}): Promise<Editor> {
  // A proxy that nobody listens at: whatever the server would look up on the network fails at once.
  const env = { PATH: process.env["PATH"] ?? "", HTTP_PROXY: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9" };
  const child = spawn(process.execPath, [SERVER, "--stdio"], { env, stdio: ["pipe", "pipe", "inherit"] });
  const line = new Line(child, network, {
    yaml: { validate: true, hover: true, completion: true, schemas, schemaStore: { enable: false } },
    "[yaml]": { "editor.tabSize": 2, "editor.insertSpaces": true },
  });
  await line.ask("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: { workspace: { configuration: true }, textDocument: { publishDiagnostics: {} } },
  });
  line.tell("initialized", {});
  line.tell("yaml/registerContentRequest", {});
  line.tell("workspace/didChangeConfiguration", { settings: {} });
  let version = 0;
  const uriOf = (path: string): string => pathToFileURL(path).href;
  return {
    open(path, text) {
      version += 1;
      const shown = line.shownOf(uriOf(path));
      line.tell("textDocument/didOpen", { textDocument: { uri: uriOf(path), languageId: "yaml", version, text } });
      return shown;
    },
    async complete(path, position) {
      const result = await line.ask("textDocument/completion", { textDocument: { uri: uriOf(path) }, position });
      const { items } = result as { items: readonly { label: string }[] };
      return items.map(({ label }) => label);
    },
    async hover(path, position) {
      const result = await line.ask("textDocument/hover", { textDocument: { uri: uriOf(path) }, position });
      return (result as { contents: { value: string } } | null)?.contents.value ?? "";
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await line.ask("shutdown", null);
      line.tell("exit", undefined);
      await ended;
    },
  };
}

/** JSON-RPC with the headers of the Language Server Protocol. */
class Line {
  readonly #child: ChildProcess;
  readonly #network: Network;
  readonly #settings: Readonly<Record<string, unknown>>;
  readonly #asked = new Map<number, (message: Message) => void>();
  readonly #shown = new Map<string, (shown: readonly Shown[]) => void>();
  #heard = Buffer.alloc(0);
  #next = 0;

  constructor(child: ChildProcess, network: Network, settings: Readonly<Record<string, unknown>>) {
    this.#child = child;
    this.#network = network;
    this.#settings = settings;
    child.stdout?.on("data", (chunk: Buffer) => {
      this.#heard = Buffer.concat([this.#heard, chunk]);
      for (let message = this.#take(); message !== undefined; message = this.#take()) this.#hear(message);
    });
  }

  ask(method: string, params: unknown): Promise<unknown> {
    this.#next += 1;
    const id = this.#next;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      this.#send({ id, method, params });
    });
  }

  tell(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** What the server says next is wrong with a file. */
  shownOf(uri: string): Promise<readonly Shown[]> {
    return new Promise((resolve) => this.#shown.set(uri, resolve));
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#child.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #take(): Message | undefined {
    const end = this.#heard.indexOf("\r\n\r\n");
    if (end === -1) return undefined;
    const length = Number(/Content-Length: (\d+)/u.exec(this.#heard.toString("latin1", 0, end))?.[1]);
    if (this.#heard.length < end + 4 + length) return undefined;
    const message: Message = JSON.parse(this.#heard.toString("utf8", end + 4, end + 4 + length));
    this.#heard = this.#heard.subarray(end + 4 + length);
    return message;
  }

  #hear(message: Message): void {
    const { id, method, params } = message;
    if (method === undefined) {
      this.#asked.get(id ?? 0)?.(message);
      return;
    }
    if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Shown[] };
      this.#shown.get(uri)?.(diagnostics);
    }
    if (id === undefined) return;
    const result = this.#answer(method, params);
    this.#send(result === undefined ? { id, error: { code: -32_000, message: "no network" } } : { id, result });
  }

  #answer(method: string, params: unknown): unknown {
    if (method === "vscode/content") return this.#network(String(params));
    if (method !== "workspace/configuration") return null;
    const { items } = params as { items: readonly { section?: string }[] };
    return items.map(({ section = "" }) => this.#settings[section] ?? null);
  }
}

/** The path of a file of this repository. */
export function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}
