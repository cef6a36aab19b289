import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import type { Ports } from "../../src/apply/walking.ts";
import { Stop } from "./harness.ts";

/** Every call that changes something or reaches outside, in the order in which they are made. */
const CALLS =
  "open tie beginDelivery recordDelivery recordFindings recordStatement update adopt rename closeCutover abandon disable credentials".split(
    " ",
  );

/** When the plug is pulled: before the call is made, or after it was done and before its answer arrives. */
export type Moment = "before" | "after";

export interface Plug {
  readonly call: number;
  readonly moment: Moment;
  /** `stop`: the process dies, so nothing works any more. `fail`: this one call fails, and the run goes on. */
  readonly how: "stop" | "fail";
}

/** Ports that count calls and fail at one of them. */
export interface Wired {
  readonly ports: Ports;
  /** Names of the calls made so far. */
  readonly calls: readonly string[];
}

/** Wraps ports so that they fail at the named call; `watch` runs after each call that was done. */
export function wire(ports: Ports, plug: Plug | undefined, watch: () => Promise<void> = async () => {}): Wired {
  const calls: string[] = [];
  let isDead = false;
  const around = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
    if (isDead) throw new Stop(`${name} after the end`);
    calls.push(name);
    const isHit = plug?.call === calls.length;
    if (isHit && plug.moment === "before") throw pull(name);
    const answer = await call();
    await watch();
    if (isHit) throw pull(name);
    return answer;
  };
  const pull = (name: string): Error => {
    if (plug?.how === "fail") return new OutsideError("stores/locked", `${name} failed.`, { retryable: true });
    isDead = true;
    return new Stop(name);
  };
  const store = new Proxy(ports.store, {
    get: (target, name, receiver) => {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== "function" || !CALLS.includes(String(name))) return method;
      return (...args: unknown[]) => around(String(name), async () => await method.apply(target, args));
    },
  });
  return {
    calls,
    ports: {
      ...ports,
      store,
      sink: {
        keeps: ports.sink.keeps,
        target: (address) => ports.sink.target(address),
        deliver: (handover) => around("deliver", async () => await ports.sink.deliver(handover)),
      },
      ladder: {
        climb: (question, signal) => around("climb", async () => await ports.ladder.climb(question, signal)),
      },
    },
  };
}
