import { runLane } from "./lane.ts";
export async function main(args: readonly string[], script: string): Promise<number> {
  const rounds = Number(args[0]);
  for (const database of (args[1] ?? "sqlite").split(",")) {
    const t = performance.now();
    const r = await runLane({ database: database as "sqlite", rounds, first: Number(args[3] ?? 0), seed: Number(args[2] ?? 1), script, ...(args[4] ? {fault: args[4] as "sigkill"} : {}), onRound: (p) => console.log(database, p.number, p.fault, p.isHit, Math.round(p.workedMs), p.failures, p.finished, p.looks, p.acknowledged, Math.round(performance.now() - t), p.violations.map((v) => `${v.invariant}: ${v.what}`).join("\n")) });
    const last = r.played.at(-1);
    if (last && last.violations.length) console.log(last.account);
  }
  return 0;
}
