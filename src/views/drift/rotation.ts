import type { Locate } from "../../diagnostics/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import { partsOf } from "../../model/address.ts";
import { describeDuration, type Instant } from "../../model/time.ts";
import type { NotTurned, Rotation, Turn } from "../../plan/rotation.ts";
import { wrap } from "../layout.ts";
import { attribute } from "../plan-lines.ts";
import { ageInDays, describePlace, plural } from "../words.ts";
import type { AgePage } from "./lists.ts";

/** Which line of which file is to say what. */
export interface RotateEdit {
  /**
   * `change`: the line says `rotate` already. `add`: the connection has lines of its own in the district's file, without
   * `rotate`. `override`: everything comes from a group, so the district's file gets a line that says only this.
   */
  readonly kind: "change" | "add" | "override";
  readonly place: Place;
  readonly from: number;
  readonly to: number;
}

/** The edit that begins a turn. What a group says is never changed, because others take it over too. */
export function rotateEditOf({ desired, district, connection }: Turn): RotateEdit {
  const numbers = { from: connection.rotate, to: connection.rotate + 1 };
  const isOwn = (place: Place | undefined): place is Place =>
    place !== undefined && place.file === district.place.file && place.document === district.place.document;
  const written = desired.places["rotate"];
  // What stands above named connections counts for all of them, and so does what a group says.
  const isOfThisOne = written?.path.length === desired.place.path.length + 1;
  if (isOfThisOne && isOwn(written)) return { kind: "change", place: written, ...numbers };
  if (isOwn(desired.place)) return { kind: "add", place: desired.place, ...numbers };
  return { kind: "override", place: district.place, ...numbers };
}

/** Old secrets in waves, with the lines to change. No line break at the end. */
export function describeRotation({ waves, left }: Rotation, olderThanMs: number, page: AgePage): string {
  const { style, width } = page;
  const frame = width === undefined ? {} : { width };
  const due = waves.reduce((sum, { turns }) => sum + turns.length, 0);
  const secrets = plural(due + left.length, "secret");
  const placed = waves.length === 0 ? "" : `, ${due} in ${plural(waves.length, "wave")}`;
  const title = `# Rotation: ${secrets} older than ${describeDuration(olderThanMs)}${placed}`;
  return [
    style.bold(title),
    ...(waves.length === 0 ? [] : wrap(HOW, { ...frame, first: "  ", rest: "  " })),
    ...waves.flatMap(({ number, from, turns }) => [
      `  Wave ${number}, not before ${from}: ${plural(turns.length, "connection")}`,
      ...turns.flatMap((turn) => turnLines(turn, page)),
    ]),
    ...(left.length === 0 ? [] : [`  Not in a wave: ${plural(left.length, "connection")}`]),
    ...left.flatMap((one) => leftLines(one, page)),
  ].join("\n");
}

const HOW =
  "Change the lines of one wave, review and apply them; begin the next when no cut-over of it is open any more. Both connections work until the vendor has moved.";

function turnLines(turn: Turn, page: AgePage): readonly string[] {
  const { connection, desired } = turn;
  const edit = rotateEditOf(turn);
  const age = ageOf(connection.createdAt, page.now);
  return [
    ...attribute("", page.short(connection.clientId), `${desired.address}, ${age}`, page),
    ...attribute("", "", `${describePlace(edit.place, page.locate)}: ${describeEdit(edit, turn)}`, page),
  ];
}

function describeEdit({ kind, from, to }: RotateEdit, { desired }: Turn): string {
  if (kind === "change") return `\`rotate: ${from}\` -> \`rotate: ${to}\``;
  if (kind === "add") return `add \`rotate: ${to}\` (it is ${from} now)`;
  const { vendor, name } = partsOf(desired.address);
  const line = name === undefined ? `${vendor}: { rotate: ${to} }` : `${name}: { rotate: ${to} }`;
  return `add \`${line}\` under ${name === undefined ? "vendors" : `the connections of ${vendor}`} (a group says the rest)`;
}

function leftLines({ address, connection, why }: NotTurned, page: AgePage): readonly string[] {
  const age = ageOf(connection.createdAt, page.now);
  return attribute("", page.short(connection.clientId), `${address}, ${age}: ${why}`, page);
}

function ageOf(createdAt: Instant, now: Instant): string {
  return `${plural(ageInDays(createdAt, now), "day")} old`;
}

/** The rotation for machines; every edit with the path of its key, so that a script can make it. */
export function rotationJson({ waves, left }: Rotation, olderThanMs: number, locate: Locate, now: Instant) {
  const about = (connection: Turn["connection"]) => ({
    connection: connection.id,
    client_id: connection.clientId,
    created_at: connection.createdAt,
    age_days: ageInDays(connection.createdAt, now),
  });
  return {
    older_than: describeDuration(olderThanMs),
    waves: waves.map(({ number, from, turns }) => ({
      wave: number,
      not_before: from,
      turns: turns.map((turn) => ({
        address: turn.desired.address,
        ...about(turn.connection),
        edit: editJson(turn, locate),
      })),
    })),
    left: left.map(({ address, connection, why }) => ({ address, ...about(connection), why })),
  };
}

function editJson(turn: Turn, locate: Locate) {
  const edit = rotateEditOf(turn);
  const position = locate(edit.place);
  return {
    kind: edit.kind,
    file: position?.file ?? edit.place.file,
    line: position?.line ?? null,
    document: edit.place.document,
    path: pathOf(edit, turn),
    from: edit.from,
    to: edit.to,
  };
}

/** Keys from the root of the document down to `rotate`. */
function pathOf({ kind, place }: RotateEdit, { desired }: Turn): readonly (string | number)[] {
  if (kind === "change") return place.path;
  if (kind === "add") return [...place.path, "rotate"];
  const { vendor, name } = partsOf(desired.address);
  const named = name === undefined ? [] : ["connections", name];
  return [...place.path, "vendors", vendor, ...named, "rotate"];
}
