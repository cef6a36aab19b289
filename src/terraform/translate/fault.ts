import type { Notice } from "../wire/provider.ts";

/** An error of this door, with its code, at the attribute that it is about. */
export function fault(code: string, summary: string, detail: string, attribute?: string): Notice {
  return {
    severity: "error",
    summary,
    detail: `${detail} (${code})`,
    ...(attribute === undefined ? {} : { path: [{ attribute }] }),
  };
}
