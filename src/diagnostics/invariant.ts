/** We are wrong. Caught only at a door, which says so. */
export class Bug extends Error {
  override readonly name = "Bug";
}

/** Throws a `Bug` unless the condition holds. For what must be true whatever the input is. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}
