import type { Draft } from "../draft.ts";
import type { Trouble } from "../trouble.ts";

/** One rule about what the documents mean. Looks at the whole draft and says everything it finds. */
export type Check = (draft: Draft) => readonly Trouble[];
