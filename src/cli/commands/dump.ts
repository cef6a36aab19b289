import { resolve } from "node:path";
import { writeDistrict } from "../../config/write-district.ts";
import { openReader } from "../../drivers.ts";
import { addressOf, partsOf } from "../../model/address.ts";
import { DEFAULT_LIMITS, type DesiredConnection, type DesiredDistrict } from "../../model/desired.ts";
import { isActive, type LastApplied, type LiveConnection, type LiveDistrict, type Slot } from "../../model/live.ts";
import { DEFAULT_CLAUSES, DEFAULT_QUIET_MS } from "../../model/requirement.ts";
import type { Site } from "../../model/site.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { makeFolder } from "../make-folder.ts";
import { folderOf, tell } from "../output.ts";
import { type DocumentOptions, openSession, type Session, unknownName } from "../session.ts";
import type { World } from "../world.ts";
import { writeWhole } from "../write-whole.ts";

/** What the command line says. */
export interface DumpOptions extends DocumentOptions {
  readonly district?: readonly string[];
  readonly out?: string;
}

/** Writes the live side as documents. What nobody manages is told in comments: a document never adopts by itself. */
export async function dump(options: DumpOptions, world: World): Promise<ExitCode> {
  const session = await openSession(options, world);
  if (session === undefined) return EXIT.failed;
  const { out } = session;
  const texts: string[] = [];
  const seen = new Set<string>();
  for await (const live of allDistricts(session, options.district)) {
    seen.add(live.district);
    if (live.site === undefined) continue;
    const text = await describeLive(live, live.site, session);
    out.json({ type: "district", district: live.district, yaml: text });
    if (options.out === undefined) texts.push(text);
    else {
      const folder = resolve(folderOf(options, world), options.out);
      await makeFolder(folder, options.out);
      await writeWhole(folder, `${live.district}.yaml`, text);
      out.text(`wrote ${options.out}/${live.district}.yaml`);
    }
  }
  const missing = (options.district ?? []).filter((one) => !seen.has(one));
  if (options.out === undefined) out.text(texts.join("---\n"));
  tell(
    out,
    missing.map((name) => unknownName(name, [...seen], "district in the store")),
  );
  return missing.length === 0 ? EXIT.done : EXIT.failed;
}

async function* allDistricts(session: Session, wanted: readonly string[] | undefined): AsyncIterable<LiveDistrict> {
  const { project, world } = session;
  const reader = await openReader(project.settings.store, { clock: world.clock });
  try {
    for await (const live of reader.read("all", world.signal)) {
      if (wanted === undefined || wanted.includes(live.district)) yield live;
    }
  } finally {
    await reader.close();
  }
}

/** One district as a document. What the documents say and the store does not keep (limits, freezes) stays as it is. */
async function describeLive(live: LiveDistrict, site: Site, session: Session): Promise<string> {
  const known = session.project.desired.districts.find((one) => one.district === live.district);
  const place = { file: `${live.district}.yaml`, document: 0, path: [] };
  const district: DesiredDistrict = {
    district: live.district,
    site,
    mode: known?.mode ?? "manage",
    connections: live.slots.flatMap((slot) => connectionOf(slot, live, known, place)),
    ignored: known?.ignored ?? [],
    freeze: known?.freeze ?? [],
    limits: known?.limits ?? DEFAULT_LIMITS,
    ...(known?.owner === undefined ? {} : { owner: known.owner }),
    place,
  };
  const unmanaged = live.connections.filter((one) => one.provenance === "found" && isActive(one));
  const comment = unmanaged.map(
    ({ application, clientId, version, kind }) =>
      `not managed: ${application}, version ${version}, kind ${kind}; to adopt it, say adopt: ${clientId}`,
  );
  return writeDistrict(district, { comment });
}

/** What the live side is moving to: the candidate where a cut-over is open, else what is in use, else disabled. */
function connectionOf(
  slot: Slot,
  live: LiveDistrict,
  known: DesiredDistrict | undefined,
  place: DesiredDistrict["place"],
): readonly DesiredConnection[] {
  const find = (id: string | undefined): LiveConnection | undefined => live.connections.find((one) => one.id === id);
  const standing = find(slot.cutover?.to) ?? find(slot.current);
  const traits: LiveConnection | LastApplied | undefined = standing ?? slot.applied;
  if (traits === undefined) return [];
  const { vendor, name } = partsOf(slot.address);
  const { version, kind, schools, share, rotate } = traits;
  const replaced = live.slots.find((one) => one.address !== slot.address && one.current === slot.cutover?.from);
  const isOn = standing !== undefined && isActive(standing);
  const isReplaced = live.slots.some(
    (one) => one.address !== slot.address && slot.current !== undefined && one.cutover?.from === slot.current,
  );
  const said = known?.connections.find((one) => one.address === slot.address);
  return [
    {
      ...(said === undefined ? PLAIN : lasting(said)),
      address: addressOf(live.district, vendor, name),
      district: live.district,
      vendor,
      ...(name === undefined ? {} : { name }),
      version,
      kind,
      schools,
      share,
      rotate,
      state: isOn && !isReplaced ? "active" : "disabled",
      ...(slot.cutover?.from === undefined || replaced === undefined ? {} : { replaces: replaced.address }),
      place,
      places: {},
    },
  ];
}

/** What a line says for good. A former name, an adoption, a replacement or a statement has had its day, or shows in the store. */
function lasting(said: DesiredConnection): DesiredConnection {
  const { was: _was, adopt: _adopt, replaces: _replaces, attest: _attest, ...rest } = said;
  return rest;
}

const PLAIN = {
  requires: DEFAULT_CLAUSES,
  quietMs: DEFAULT_QUIET_MS,
  accepts: [],
  protected: false,
  labels: {},
} as const;
