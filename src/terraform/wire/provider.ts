import type { FunctionSchema, Schema } from "./schema.ts";
import type { Attributes, Value } from "./value.ts";

/**
 * What Terraform asks of a provider, in values instead of bytes. `serve` answers the protocol with one of these; the
 * rooms behind it never see a message.
 *
 * Whatever is thrown here is shown to the person as an error; a mistake of ours also ends on stderr, with its stack.
 */
export interface Provider {
  readonly schema: Schema;
  readonly resources: { readonly [type: string]: Resource };
  readonly dataSources: { readonly [type: string]: DataSource };
  readonly ephemerals: { readonly [type: string]: Ephemeral };
  readonly functions: { readonly [name: string]: ProviderFunction };
  /** The configuration may hold unknowns. */
  validate(config: Attributes): Promise<readonly Notice[]>;
  /** May be called again: what was configured before is replaced. */
  configure(config: Attributes): Promise<readonly Notice[]>;
  /** Finish what is in hand, start nothing more. Called once, when the person interrupts Terraform. */
  stop(): void;
  /** Lets go of what was opened. Called once, when nothing is in hand any more and nothing more will be asked. */
  close(): Promise<void>;
}

/** One thing to tell the person. `path` leads to the attribute it is about. */
export interface Notice {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly path?: AttributePath;
}

/** From the outermost attribute inwards: names of attributes, keys of maps, indices of lists. */
export type AttributePath = readonly PathStep[];
export type PathStep = { readonly attribute: string } | { readonly key: string } | { readonly index: number };

/** Bytes that Terraform keeps beside a state and gives back; no secrets. */
export type Private = Uint8Array;

export interface Told {
  readonly notices: readonly Notice[];
}

export interface Resource {
  readonly schema: Schema;
  validate(config: Attributes): Promise<readonly Notice[]>;
  /** A state of an older version (or the same one), as JSON was stored; answers the attributes of today's schema. */
  upgrade(version: number, stored: unknown): Promise<Told & { readonly state: Attributes | undefined }>;
  /** What is there now; `null` where nothing is left. */
  read(request: {
    readonly state: Attributes;
    readonly private: Private;
  }): Promise<Told & { readonly state: Attributes | null; readonly private: Private }>;
  /** `prior` null: to be created. `proposed` and `config` null: to be destroyed. */
  plan(request: {
    readonly prior: Attributes | null;
    readonly proposed: Attributes | null;
    readonly config: Attributes | null;
    readonly private: Private;
  }): Promise<Told & { readonly planned: Attributes | null; readonly private: Private }>;
  /** `planned` null: destroy it. With an error, `state` is what is kept: null keeps nothing of a new object. */
  apply(request: {
    readonly prior: Attributes | null;
    readonly planned: Attributes | null;
    readonly config: Attributes | null;
    readonly private: Private;
  }): Promise<Told & { readonly state: Attributes | null; readonly private: Private }>;
  import(id: string): Promise<Told & { readonly state: Attributes | undefined; readonly private: Private }>;
  /** Takes over the state of another type of resource (`moved`); `undefined` when that type is not known here. */
  move(from: {
    readonly provider: string;
    readonly type: string;
    readonly version: number;
    readonly state: unknown;
  }): Promise<Told & { readonly state: Attributes | undefined }>;
}

export interface DataSource {
  readonly schema: Schema;
  validate(config: Attributes): Promise<readonly Notice[]>;
  read(config: Attributes): Promise<Told & { readonly state: Attributes | undefined }>;
}

/** A value that lives for one phase of a run and is never stored. */
export interface Ephemeral {
  readonly schema: Schema;
  validate(config: Attributes): Promise<readonly Notice[]>;
  open(config: Attributes): Promise<Told & { readonly result: Attributes | undefined }>;
}

export interface ProviderFunction {
  readonly schema: FunctionSchema;
  /** The result, or what is wrong with which argument (counted from 0). */
  call(
    parameters: readonly Value[],
  ): { readonly result: Value } | { readonly error: string; readonly argument?: number };
}
