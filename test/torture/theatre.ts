import type { OwnServer } from "../setup/postgres.ts";
import type { TcpProxy } from "../setup/tcp-proxy.ts";
import type { Place } from "./place.ts";
import type { SmallDisk } from "../setup/small-disk.ts";

export const DATABASES = ["sqlite", "postgres"] as const;
export type DatabaseName = (typeof DATABASES)[number];

/** Where the rounds of one database are played, one after another. */
export interface Theatre {
  readonly database: DatabaseName;
  /** What fills up in rounds that ask for it; absent where no small disk can be made. */
  readonly disk?: SmallDisk;
  /** The server, which a round may stop. */
  readonly server?: OwnServer;
  open(needs: Needs): Promise<House>;
  end(): Promise<void>;
}

export interface Needs {
  readonly proxy: boolean;
  readonly disk: boolean;
}

/** The empty store of one round. */
export interface House {
  /** Our own way in, which no fault is meant for. */
  readonly place: Place;
  /** The way in of the processes that apply. */
  readonly way: Place;
  /** Everything that the round writes outside a server. */
  readonly folder: string;
  readonly proxy?: TcpProxy;
  /** Ends the round; what is kept can be looked at later. */
  end(keep: boolean): Promise<void>;
}
