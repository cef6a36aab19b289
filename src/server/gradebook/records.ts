import type { DistrictId } from "../../model/address.ts";
import type { Row } from "../data/row.ts";
import type { KindName } from "./kinds.ts";

/** What a record points at, by the name of the member. Students by their guid, so that both versions can be written. */
export type References = Readonly<Record<string, string>>;

/** One object that a partner wrote, without regard to the version it was written in. */
export interface GradeRecord extends Row {
  readonly kind: KindName;
  readonly id: string;
  readonly district: DistrictId;
  /** The application that wrote it; nobody else changes it. */
  readonly owner: string;
  /** Every member that is neither a reference nor what each object has. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly references: References;
}

/** What partners wrote, by district. Rows that were deleted stay as `tobedeleted`. */
export interface GradeBooks {
  /** All of a kind, in the order in which they were first written. */
  list(district: DistrictId, kind: KindName): readonly GradeRecord[];
  find(district: DistrictId, kind: KindName, id: string): GradeRecord | undefined;
  /** Whether so many more records have room. */
  hasRoom(district: DistrictId, count: number): boolean;
  /** Writes all of them. */
  put(records: readonly GradeRecord[]): void;
}

/** So many records of a district have room. */
const MOST = 500_000;

/** Grade books in the memory of the campus: they end with it, like its tokens. */
export function createGradeBooks(most = MOST): GradeBooks {
  const districts = new Map<DistrictId, Map<KindName, Map<string, GradeRecord>>>();
  const of = (district: DistrictId, kind: KindName): Map<string, GradeRecord> => {
    const kinds = districts.get(district) ?? new Map<KindName, Map<string, GradeRecord>>();
    districts.set(district, kinds);
    const records = kinds.get(kind) ?? new Map<string, GradeRecord>();
    kinds.set(kind, records);
    return records;
  };
  return {
    list: (district, kind) => [...of(district, kind).values()],
    find: (district, kind, id) => of(district, kind).get(id),
    hasRoom: (district, count) => {
      let total = count;
      for (const records of districts.get(district)?.values() ?? []) total += records.size;
      return total <= most;
    },
    put: (records) => {
      for (const record of records) of(record.district, record.kind).set(record.id, record);
    },
  };
}
