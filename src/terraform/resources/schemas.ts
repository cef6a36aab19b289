import type { FunctionSchema, Schema } from "../wire/schema.ts";
import { CONNECTION_SCHEMA } from "./connection-schema.ts";
import { PROVIDER_SCHEMA } from "./provider-schema.ts";
import {
  CONNECTIONS_SCHEMA,
  CREDENTIALS_SCHEMA,
  DISTRICT_SCHEMA,
  PARSE_ADDRESS,
  VENDORS_SCHEMA,
} from "./reading-schemas.ts";

/** Every schema of the provider, by the names that configurations use. Plain data: bindings are generated from it. */
export interface Schemas {
  readonly provider: Schema;
  readonly resources: { readonly [type: string]: Schema };
  readonly dataSources: { readonly [type: string]: Schema };
  readonly ephemerals: { readonly [type: string]: Schema };
  readonly functions: { readonly [name: string]: FunctionSchema };
}

export const SCHEMAS: Schemas = {
  provider: PROVIDER_SCHEMA,
  resources: { oneroster_connection: CONNECTION_SCHEMA },
  dataSources: {
    oneroster_connections: CONNECTIONS_SCHEMA,
    oneroster_district: DISTRICT_SCHEMA,
    oneroster_vendors: VENDORS_SCHEMA,
  },
  ephemerals: { oneroster_credentials: CREDENTIALS_SCHEMA },
  functions: { parse_address: PARSE_ADDRESS },
};
