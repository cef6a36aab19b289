import type { Provider as ProviderService } from "../generated/provider.js";
import { configOf, diagnosticsOf, messageOf, valueOf } from "../wire/messages.ts";
import type { Notice, Provider } from "../wire/provider.ts";
import { functionMessage, schemaResponse, serverCapabilities } from "../wire/schema-messages.ts";
import { typeOf } from "../wire/type.ts";
import { faultOf } from "./faults.ts";
import type { Log } from "./log.ts";
import type { Methods } from "./methods.ts";
import { named, telling } from "./telling.ts";

type OfProvider =
  | "getMetadata"
  | "getProviderSchema"
  | "validateProviderConfig"
  | "configureProvider"
  | "validateDataResourceConfig"
  | "readDataSource"
  | "validateEphemeralResourceConfig"
  | "openEphemeralResource"
  | "renewEphemeralResource"
  | "closeEphemeralResource"
  | "getFunctions"
  | "callFunction"
  | "stopProvider";

/** What is asked of the provider itself, its data sources, ephemeral resources and functions. */
export function providerAnswers(provider: Provider, log: Log): Pick<Methods<typeof ProviderService>, OfProvider> {
  const tell = telling(log);
  return {
    ...catalogue(provider),
    ...reading(provider, tell),
    validateProviderConfig: ({ config }) =>
      tell("ValidateProviderConfig", async () => ({
        diagnostics: diagnosticsOf(await provider.validate(configOf(config, typeOf(provider.schema)))),
      })),
    configureProvider: ({ config }) =>
      tell("ConfigureProvider", async () => ({
        diagnostics: diagnosticsOf(await provider.configure(configOf(config, typeOf(provider.schema)))),
      })),
    callFunction: async ({ name, arguments: given }) => {
      try {
        const found = named(provider.functions, name, "function");
        const parameters = found.schema.parameters.map(({ type }, index) => valueOf(given[index], type));
        const answer = found.call(parameters);
        if ("result" in answer) return { result: messageOf(answer.result, found.schema.returns) };
        const at = answer.argument === undefined ? {} : { functionArgument: BigInt(answer.argument) };
        return { error: { text: answer.error, ...at } };
      } catch (thrown) {
        return { error: { text: textOf(faultOf(thrown, "CallFunction", log)) } };
      }
    },
    stopProvider: async () => {
      provider.stop();
      return {};
    },
  };
}

function catalogue(
  provider: Provider,
): Pick<Methods<typeof ProviderService>, "getMetadata" | "getProviderSchema" | "getFunctions"> {
  const names = (of: { readonly [name: string]: unknown }) => Object.keys(of).map((typeName) => ({ typeName }));
  return {
    getMetadata: async () => ({
      serverCapabilities: serverCapabilities(),
      resources: names(provider.resources),
      dataSources: names(provider.dataSources),
      ephemeralResources: names(provider.ephemerals),
      functions: Object.keys(provider.functions).map((name) => ({ name })),
    }),
    getProviderSchema: async () => schemaResponse(provider),
    getFunctions: async () => ({
      functions: Object.fromEntries(
        Object.entries(provider.functions).map(([name, { schema }]) => [name, functionMessage(schema)]),
      ),
    }),
  };
}

function reading(provider: Provider, tell: ReturnType<typeof telling>) {
  return {
    validateDataResourceConfig: ({ typeName, config }) =>
      tell("ValidateDataResourceConfig", async () => {
        const source = named(provider.dataSources, typeName, "data source");
        return { diagnostics: diagnosticsOf(await source.validate(configOf(config, typeOf(source.schema)))) };
      }),
    readDataSource: ({ typeName, config }) =>
      tell("ReadDataSource", async () => {
        const source = named(provider.dataSources, typeName, "data source");
        const type = typeOf(source.schema);
        const { state, notices } = await source.read(configOf(config, type));
        return { state: messageOf(state ?? null, type), diagnostics: diagnosticsOf(notices) };
      }),
    validateEphemeralResourceConfig: ({ typeName, config }) =>
      tell("ValidateEphemeralResourceConfig", async () => {
        const ephemeral = named(provider.ephemerals, typeName, "ephemeral resource");
        return { diagnostics: diagnosticsOf(await ephemeral.validate(configOf(config, typeOf(ephemeral.schema)))) };
      }),
    openEphemeralResource: ({ typeName, config }) =>
      tell("OpenEphemeralResource", async () => {
        const ephemeral = named(provider.ephemerals, typeName, "ephemeral resource");
        const type = typeOf(ephemeral.schema);
        const { result, notices } = await ephemeral.open(configOf(config, type));
        return { result: messageOf(result ?? null, type), diagnostics: diagnosticsOf(notices) };
      }),
    // Nothing that is opened here has to be renewed or closed.
    renewEphemeralResource: async () => ({}),
    closeEphemeralResource: async () => ({}),
  } satisfies Partial<Methods<typeof ProviderService>>;
}

function textOf({ summary, detail }: Notice): string {
  return `${summary}. ${detail}`;
}
