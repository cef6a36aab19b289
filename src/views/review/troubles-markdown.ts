import type { Trouble } from "../runbook/runbook.ts";
import { code, inline } from "./markdown-text.ts";
import { countTroubles } from "./verdict.ts";

/** The longest detail that is shown whole. */
const LONGEST_DETAIL = 1_500;

/** Errors and warnings as a list, its heading in front; nothing where there are none. Cut from the middle to fit. */
export function troublesMarkdown(troubles: readonly Trouble[], room: number): readonly string[] {
  if (troubles.length === 0) return [];
  const head = `### ${countTroubles(troubles)}`;
  const items = troubles.map(item);
  const list = cut(items, room - head.length - 4);
  return list === "" ? [head] : [head, list];
}

function item({ severity, code: name, summary, detail, place }: Trouble): string {
  const where = place === undefined ? "" : ` in ${code(place)}`;
  const said = detail.length > LONGEST_DETAIL ? `${detail.slice(0, LONGEST_DETAIL)}...` : detail;
  return `- **${severity === "error" ? "Error" : "Warning"}: ${inline(summary)}** (${code(name)})${where}<br>${inline(said)}`;
}

/** The lines that fit, from both ends, with a line about what is missing in their middle. */
function cut(items: readonly string[], room: number): string {
  const whole = items.join("\n");
  if (whole.length <= room) return whole;
  const gap = (count: number): string => `- _... ${count} more left out here for want of room_`;
  let left = room - gap(items.length).length - 1;
  let [front, back] = [0, items.length];
  while (front < back) {
    const isFront = front <= items.length - back;
    const cost = (items[isFront ? front : back - 1] ?? "").length + 1;
    if (cost > left) break;
    left -= cost;
    if (isFront) front += 1;
    else back -= 1;
  }
  return [...items.slice(0, front), gap(back - front), ...items.slice(back)].join("\n");
}
