import type { Secret } from "../model/secret.ts";

/**
 * What the documents say about the machinery: where the live store is, where credentials go, how to probe.
 * Plain values; `drivers.ts` turns them into ports. Paths are absolute, resolved against the file that names them.
 */
export interface Settings {
  readonly store: StoreSettings;
  readonly deliver: DeliverSettings;
  readonly probe: ProbeSettings;
  /** Absent: nobody is told. */
  readonly notify?: NotifySettings;
}

/** `by-hand`: a registry of what people click together in a live system that has no interface for programs. */
export type StoreSettings = KeptStoreSettings | HttpStoreSettings;

/** A store that this machine opens itself, with a key of its own. */
export type KeptStoreSettings = FileStoreSettings | ServerStoreSettings;

/** A store behind the connection-store API of a server, which keeps the key. */
export interface HttpStoreSettings {
  readonly kind: "http";
  /** Without `/api/v1`. */
  readonly address: string;
  readonly token: UrlReference;
  /** The file of the certificate authority to trust. Absolute. */
  readonly ca?: string;
}

/** A store in a file on this machine. */
export interface FileStoreSettings {
  readonly kind: "sqlite" | "by-hand";
  readonly path: string;
  /** File with the key under which secrets are sealed. */
  readonly keyFile: string;
}

/** A store in a schema of a PostgreSQL database. */
export interface ServerStoreSettings {
  readonly kind: "postgres" | "by-hand";
  readonly url: UrlReference;
  readonly schema: string;
  /** File with the key under which secrets are sealed. The server never sees it. */
  readonly keyFile: string;
}

/** Where the URL of a server is kept, which may hold a password, or the token for it. */
export interface UrlReference {
  /** As the document says it. */
  readonly named: string;
  /** What it leads to, where the environment holds it. */
  readonly value?: Secret;
  /** The file that holds it. Absolute. */
  readonly file?: string;
}

/** Where the credentials of new connections go. */
export type DeliverSettings =
  /** Nowhere: the values stay in the store until somebody opens them there. */
  | { readonly kind: "held" }
  | ({ readonly kind: "file" } & FolderSettings)
  | { readonly kind: "terminal" }
  | ({ readonly kind: "age"; readonly recipients: readonly string[] } & FolderSettings)
  | ({ readonly kind: "packet" } & FolderSettings)
  | ({ readonly kind: "variables"; readonly format: "github" | "gitlab" | "azure" | "dotenv" } & FolderSettings)
  | ({ readonly kind: "kubernetes"; readonly namespace?: string } & FolderSettings)
  | VaultSettings
  | CommandSettings;

/** HashiCorp Vault or OpenBao. */
export interface VaultSettings {
  readonly kind: "vault";
  readonly address: string;
  readonly mount: string;
  /** With `{district}` and `{vendor}`. */
  readonly path: string;
  readonly namespace?: string;
  readonly token: Reference;
  /** The file of the certificate authority to trust. */
  readonly ca?: Reference;
}

/** A program that takes the values over. */
export interface CommandSettings {
  readonly kind: "command";
  /** The program and its arguments. */
  readonly run: readonly string[];
  /** Where it runs: the folder of the document. Absolute. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly keeps: boolean;
}

/** Where a secret is kept that the documents only point to. It is read when it is needed, not when documents are. */
export type Reference =
  | { readonly kind: "env"; readonly name: string }
  | {
      readonly kind: "file";
      /** Absolute. */
      readonly path: string;
      /** As the document names it. */
      readonly shownAs: string;
    };

/** Where files of credentials go. */
export interface FolderSettings {
  /** Absolute. */
  readonly folder: string;
  /** As the document names it: the same on every machine, so that deliveries can be compared. */
  readonly shownAs: string;
}

/** How connections are probed. */
export interface ProbeSettings {
  /** Whole climb of one connection, in milliseconds. */
  readonly deadlineMs: number;
  /** Reading demographics is opt-in: it touches personal data, if only to count it. */
  readonly readDemographics: boolean;
  /** How far counts may fall below the old connection's, as a fraction (0.1: a tenth fewer is fine). */
  readonly tolerance: number;
}

/** Who is told about a run after it has ended. */
export interface NotifySettings {
  readonly url: Reference;
  /** Where the keys are that messages are signed with. */
  readonly secret: Reference;
  /** The file of the certificate authority to trust. */
  readonly ca?: Reference;
  readonly on: readonly Occasion[];
  /** How long the end of a run waits for the receiver, all tries together. */
  readonly timeoutMs: number;
}

/** A kind of run that may be worth telling. A run can be several of the first three; `unchanged` is none of them. */
export type Occasion = "changed" | "waiting" | "failed" | "unchanged";
