import { SECOND_MS } from "../../model/time.ts";
import type { Operator } from "./operators.ts";

/** Who may speak to the API at this moment; asked at every request. */
export type OperatorsSource = () => Promise<readonly Operator[]>;

/** What a source reads, and to whom it tells what it found. */
export interface OperatorsSourceOptions {
  /** Reads the operators anew, references and all; throws where they cannot be read. */
  readonly read: () => Promise<readonly Operator[]>;
  /** The operators as they were read first. */
  readonly first: readonly Operator[];
  /** Told once when reading begins to fail, for each reason anew, and with nothing when it works again. */
  readonly tell: (failure: Error | undefined) => void;
  /** In milliseconds; default a second. */
  readonly everyMs?: number;
}

/**
 * Operators that are read again while the campus runs: at a request, at most once a second. Looking at the time of the file
 * would be cheaper, but tokens stand in files of their own, and times have grains. What cannot be read changes nothing: a
 * file that is being written must not lock everybody out.
 */
export function createOperatorsSource({
  read,
  first,
  tell,
  everyMs = SECOND_MS,
}: OperatorsSourceOptions): OperatorsSource {
  let operators = first;
  let readAt = performance.now();
  let failure: string | undefined;
  let reading: Promise<void> | undefined;
  const readAgain = async (): Promise<void> => {
    try {
      operators = await read();
      if (failure !== undefined) tell(undefined);
      failure = undefined;
    } catch (error) {
      const told = error instanceof Error ? error : new Error(String(error));
      if (told.message !== failure) tell(told);
      failure = told.message;
    }
    readAt = performance.now();
    reading = undefined;
  };
  return async () => {
    if (performance.now() - readAt >= everyMs) reading ??= readAgain();
    await reading;
    return operators;
  };
}
