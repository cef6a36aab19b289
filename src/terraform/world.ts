import { userInfo } from "node:os";
import { instantOf } from "../model/time.ts";
import type { World } from "./resources/session.ts";

/** The process that Terraform started. What sinks print goes nowhere: Terraform shows none of it. */
export function realWorld(): World {
  return {
    env: process.env,
    cwd: process.cwd(),
    clock: { now: () => instantOf(Date.now()) },
    login: login(),
    log: () => {},
  };
}

/** Containers may run as a user without a name. */
function login(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${String(process.getuid?.() ?? "unknown")}`;
  }
}
