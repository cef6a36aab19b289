import { CANVAS, OTUS } from "../world.ts";
import type { Play } from "./state.ts";

/** What is explored, each with what makes it different. */
export const PLAYS: readonly { readonly play: Play; readonly isInUse: boolean }[] = [
  {
    play: {
      name: "a first connection",
      addresses: [OTUS],
      observesUse: true,
      connections: 2,
      trouble: 0,
      places: ["here"],
    },
    isInUse: false,
  },
  {
    play: {
      name: "a connection in use is replaced",
      addresses: [OTUS],
      observesUse: true,
      connections: 2,
      trouble: 0,
      places: ["here"],
    },
    isInUse: true,
  },
  {
    play: { name: "onetrouble", addresses: [OTUS], observesUse: true, connections: 2, trouble: 1, places: ["here"] },
    isInUse: true,
  },
  {
    play: { name: "three", addresses: [OTUS], observesUse: true, connections: 3, trouble: 0, places: ["here"] },
    isInUse: true,
  },
];
