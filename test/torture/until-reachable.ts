import { setTimeout as pause } from "node:timers/promises";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";

/** Tries again while the way to the store is not there yet after a fault; what stays away is told. */
export async function untilReachable<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof OutsideError) || attempt === 20) throw error;
      await pause(50);
    }
  }
}
