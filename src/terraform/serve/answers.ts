import {
  create,
  type DescMessage,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { Health, HealthCheckResponse_ServingStatus } from "../generated/health.js";
import { GRPCController } from "../generated/launcher.js";
import { Provider as ProviderService } from "../generated/provider.js";
import type { Provider } from "../wire/provider.ts";
import type { Log } from "./log.ts";
import type { Answer, Answerer, Methods } from "./methods.ts";
import { providerAnswers } from "./provider-answers.ts";
import { resourceAnswers } from "./resource-answers.ts";

/** Answers every call of the protocol with a provider. */
export function answererOf(provider: Provider, log: Log): Answerer {
  const answers = new Map([
    ...answersFor(ProviderService, { ...providerAnswers(provider, log), ...resourceAnswers(provider, log) }),
    ...answersFor(Health, { check: async () => ({ status: HealthCheckResponse_ServingStatus.SERVING }) }),
    // Whoever carries the messages ends the process once this was answered.
    ...answersFor(GRPCController, { shutdown: async () => ({}) }),
  ]);
  return { answers, stop: () => provider.stop(), close: () => provider.close() };
}

function answersFor<Service extends DescService>(
  service: Service,
  methods: Methods<Service>,
): readonly (readonly [string, Answer])[] {
  const byName = new Map<string, (request: MessageShape<DescMessage>) => Promise<MessageInitShape<DescMessage>>>(
    Object.entries(methods),
  );
  return service.methods.flatMap(({ name, localName, input, output }) => {
    const method = byName.get(localName);
    if (method === undefined) return [];
    const answer: Answer = async (request) =>
      toBinary(output, create(output, await method(fromBinary(input, request))));
    return [[`/${service.typeName}/${name}`, answer] as const];
  });
}
