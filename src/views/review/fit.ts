import { type Rank, RANKS } from "./review.ts";

/** A row of a table that may be left out, with what stands above and below its table. */
export interface Piece<T> {
  readonly of: T;
  readonly text: string;
  readonly rank: Rank;
  /** Stands once above the rows of its table, and is left out with the last of them. */
  readonly head: string;
  readonly foot: string;
}

/** What a sentence about rows that were left out may take. */
const FOR_GAP = 200;

/**
 * Tables that together take no more than `room` characters, an empty line between them. Where that is too little, rows that
 * need no decision go first, and of those of one rank the ones in the middle; each gap is described where it is.
 */
export function fit<T>(
  tables: readonly (readonly Piece<T>[])[],
  room: number,
  describeGap: (left: readonly T[]) => string,
): readonly string[] {
  const kept = chosen(tables, room);
  const paragraphs: string[] = [];
  let gap: T[] = [];
  const say = (): void => {
    if (gap.length > 0) paragraphs.push(describeGap(gap));
    gap = [];
  };
  for (const table of tables) {
    const rows = table.filter((piece) => kept.has(piece));
    const left = table.filter((piece) => !kept.has(piece)).map((piece) => piece.of);
    const [first] = rows;
    if (first === undefined) {
      gap.push(...left);
      continue;
    }
    say();
    paragraphs.push([first.head, ...rows.map(({ text }) => text)].join("\n"));
    if (left.length > 0) paragraphs.push(describeGap(left));
    if (first.foot !== "") paragraphs.push(first.foot);
  }
  say();
  return paragraphs;
}

/** The pieces that are kept: rank by rank, and inside a rank from both ends towards the middle. */
function chosen<T>(tables: readonly (readonly Piece<T>[])[], room: number): ReadonlySet<Piece<T>> {
  const all = tables.flat();
  const whole = tables.reduce((sum, table) => sum + costOfTable(table) + rowsOf(table), 0);
  if (whole <= room) return new Set(all);
  const kept = new Set<Piece<T>>();
  const begun = new Set<readonly Piece<T>[]>();
  const homes = new Map(tables.flatMap((table) => table.map((piece) => [piece, table] as const)));
  let left = room - FOR_GAP;
  for (const piece of RANKS.flatMap((rank) => fromBothEnds(all.filter((one) => one.rank === rank)))) {
    const table = homes.get(piece) ?? [];
    // A table that is begun may have a gap inside, and one before it.
    const cost = piece.text.length + 1 + (begun.has(table) ? 0 : costOfTable(table) + 2 * FOR_GAP);
    if (cost > left) continue;
    left -= cost;
    kept.add(piece);
    begun.add(table);
  }
  return kept;
}

function costOfTable<T>([first]: readonly Piece<T>[]): number {
  return first === undefined ? 0 : first.head.length + first.foot.length + 6;
}

function rowsOf<T>(table: readonly Piece<T>[]): number {
  return table.reduce((sum, { text }) => sum + text.length + 1, 0);
}

/** First, last, second, last but one, ...: what comes late in this order stands in the middle. */
function fromBothEnds<T>(items: readonly T[]): readonly T[] {
  return items.flatMap((_, at) => {
    const front = Math.floor(at / 2);
    const item = items[at % 2 === 0 ? front : items.length - 1 - front];
    return item === undefined ? [] : [item];
  });
}
