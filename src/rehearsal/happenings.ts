import type { ApplyEvent, Did } from "../apply/event.ts";
import type { Happening } from "./script.ts";

/** What an event of an apply means for the story of its address. */
export function happeningsOf(event: ApplyEvent): readonly Happening["what"][] {
  switch (event.kind) {
    case "step-done":
      return happeningOf(event.did);
    case "step-failed": {
      const { code, detail } = event.diagnostic;
      return [{ kind: "failed", code, says: detail }];
    }
    default:
      return [];
  }
}

function happeningOf(did: Did): readonly Happening["what"][] {
  switch (did.kind) {
    case "opened":
      return [{ kind: "generated", connection: did.connection }];
    case "tied":
      return [{ kind: "tied", connection: did.connection }];
    case "updated":
      return [{ kind: "changed", connection: did.connection }];
    case "adopted":
      return [{ kind: "adopted", connection: did.connection }];
    case "attested":
      return [{ kind: "attested" }];
    case "renamed":
      return [{ kind: "renamed", from: did.from }];
    case "delivered":
      return did.again ? [] : [{ kind: "delivered", connection: did.connection }];
    case "probed": {
      const open = did.findings.find((one) => one.verdict !== "confirmed");
      if (did.verdict === "confirmed" || open === undefined) return [];
      const kind = did.verdict === "refuted" ? "probe-refused" : "probe-open";
      return [{ kind, code: open.code, says: open.says }];
    }
    case "closed":
      return [{ kind: "closed", ...(did.disabled === undefined ? {} : { disabled: did.disabled }) }];
    case "abandoned":
      return [{ kind: "given-up", connection: did.connection }];
    case "disabled":
      return [{ kind: "disabled", connection: did.connection }];
  }
}
