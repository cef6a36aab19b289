import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Action } from "./action.ts";
import { keep } from "./actions.ts";
import type { Row } from "./row.ts";

/** What is decided about one address: actions in the order in which they happen, and what blocks them or should be said. */
export interface Decision {
  readonly actions: readonly Action[];
  /** Errors block; warnings are said. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Nothing changes because something is in the way. */
export function refused(row: Row, refusal: Diagnostic): Decision {
  return { actions: [keep(row)], diagnostics: [refusal] };
}

/** Nothing is in the way. */
export function fine(actions: readonly Action[]): Decision {
  return { actions, diagnostics: [] };
}

/** One decision after another at the same address. */
export function first(action: Action, rest: Decision): Decision {
  return { actions: [action, ...rest.actions.filter((next) => next.kind !== "keep")], diagnostics: rest.diagnostics };
}
