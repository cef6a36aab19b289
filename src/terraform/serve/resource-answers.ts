import type {
  ApplyResourceChange_Request,
  MoveResourceState_Request,
  PlanResourceChange_Request,
  Provider as ProviderService,
  ReadResource_Request,
} from "../generated/provider.js";
import { attributesOf, configOf, diagnosticsOf, messageOf, storedOf } from "../wire/messages.ts";
import type { Notice, Provider } from "../wire/provider.ts";
import { typeOf } from "../wire/type.ts";
import type { Log } from "./log.ts";
import type { Methods } from "./methods.ts";
import { named, telling } from "./telling.ts";

type OfResources =
  | "validateResourceConfig"
  | "upgradeResourceState"
  | "readResource"
  | "planResourceChange"
  | "applyResourceChange"
  | "importResourceState"
  | "moveResourceState";

/** What is asked of managed resources. Where a call fails, what Terraform had before is given back unchanged. */
export function resourceAnswers(provider: Provider, log: Log): Pick<Methods<typeof ProviderService>, OfResources> {
  const tell = telling(log);
  const find = (typeName: string) => named(provider.resources, typeName, "resource");
  return {
    ...changing(provider, tell),
    validateResourceConfig: ({ typeName, config }) =>
      tell("ValidateResourceConfig", async () => {
        const resource = find(typeName);
        return { diagnostics: diagnosticsOf(await resource.validate(configOf(config, typeOf(resource.schema)))) };
      }),
    upgradeResourceState: ({ typeName, version, rawState }) =>
      tell("UpgradeResourceState", async () => {
        const resource = find(typeName);
        const { state, notices } = await resource.upgrade(Number(version), storedOf(rawState));
        const upgraded = messageOf(state ?? null, typeOf(resource.schema));
        return { upgradedState: upgraded, diagnostics: diagnosticsOf(notices) };
      }),
    importResourceState: ({ typeName, id }) =>
      tell("ImportResourceState", async () => {
        const resource = find(typeName);
        const { state, private: kept, notices } = await resource.import(id);
        const found = state === undefined ? [] : [{ typeName, state: messageOf(state, typeOf(resource.schema)) }];
        return {
          importedResources: found.map((one) => ({ ...one, private: kept })),
          diagnostics: diagnosticsOf(notices),
        };
      }),
    moveResourceState: (request) =>
      tell("MoveResourceState", async () => {
        const resource = find(request.targetTypeName);
        const { state, notices } = await resource.move({
          provider: request.sourceProviderAddress,
          type: request.sourceTypeName,
          version: Number(request.sourceSchemaVersion),
          state: storedOf(request.sourceState),
        });
        if (state !== undefined) {
          return { targetState: messageOf(state, typeOf(resource.schema)), diagnostics: diagnosticsOf(notices) };
        }
        return { diagnostics: diagnosticsOf(notices.length > 0 ? notices : [notMoved(request)]) };
      }),
  };
}

function notMoved({ sourceTypeName, targetTypeName }: MoveResourceState_Request): Notice {
  return {
    severity: "error",
    summary: "This cannot be moved",
    detail: `The state of a ${sourceTypeName} does not say what a ${targetTypeName} has to know. Import it instead.`,
  };
}

function changing(provider: Provider, tell: ReturnType<typeof telling>) {
  return {
    readResource: async (request: ReadResource_Request) => ({
      ...(request.currentState === undefined ? {} : { newState: request.currentState }),
      private: request.private,
      ...(await tell("ReadResource", async () => {
        const resource = named(provider.resources, request.typeName, "resource");
        const type = typeOf(resource.schema);
        const current = configOf(request.currentState, type);
        const { state, private: kept, notices } = await resource.read({ state: current, private: request.private });
        return { newState: messageOf(state, type), private: kept, diagnostics: diagnosticsOf(notices) };
      })),
    }),
    planResourceChange: async (request: PlanResourceChange_Request) => ({
      plannedPrivate: request.priorPrivate,
      ...(await tell("PlanResourceChange", async () => {
        const resource = named(provider.resources, request.typeName, "resource");
        const type = typeOf(resource.schema);
        const {
          planned,
          private: kept,
          notices,
        } = await resource.plan({
          prior: attributesOf(request.priorState, type),
          proposed: attributesOf(request.proposedNewState, type),
          config: attributesOf(request.config, type),
          private: request.priorPrivate,
        });
        return { plannedState: messageOf(planned, type), plannedPrivate: kept, diagnostics: diagnosticsOf(notices) };
      })),
    }),
    applyResourceChange: async (request: ApplyResourceChange_Request) => ({
      ...(request.priorState === undefined ? {} : { newState: request.priorState }),
      private: request.plannedPrivate,
      ...(await tell("ApplyResourceChange", async () => {
        const resource = named(provider.resources, request.typeName, "resource");
        const type = typeOf(resource.schema);
        const {
          state,
          private: kept,
          notices,
        } = await resource.apply({
          prior: attributesOf(request.priorState, type),
          planned: attributesOf(request.plannedState, type),
          config: attributesOf(request.config, type),
          private: request.plannedPrivate,
        });
        return { newState: messageOf(state, type), private: kept, diagnostics: diagnosticsOf(notices) };
      })),
    }),
  } satisfies Partial<Methods<typeof ProviderService>>;
}
