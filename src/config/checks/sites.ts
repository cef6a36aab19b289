import type { DraftDistrict } from "../draft.ts";
import { isBroken, placeIn } from "../doc.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/**
 * Host and app together are the identity of a district in the live system: two districts with one site would change each
 * other's connections. And a host is either production or sandbox; a mix means that one of the two is mistyped.
 */
export const checkSites: Check = ({ districts }) => {
  const bySite = new Map<string, DraftDistrict>();
  const byHost = new Map<string, DraftDistrict>();
  const troubles: Trouble[] = [];
  for (const district of districts) {
    if (isBroken(district.doc, ["site"])) continue;
    const { host, app, kind = "production" } = district.doc.value.site;
    const key = host.toLowerCase();
    const twin = bySite.get(`${key} ${app}`);
    const neighbour = byHost.get(key);
    if (twin === undefined) bySite.set(`${key} ${app}`, district);
    else if (twin.id !== district.id) troubles.push(sharedSite(district, twin));
    if (neighbour === undefined) byHost.set(key, district);
    else if ((neighbour.doc.value.site.kind ?? "production") !== kind) troubles.push(mixedKinds(district, neighbour));
  }
  return troubles;
};

function sharedSite(district: DraftDistrict, twin: DraftDistrict): Trouble {
  const { host, app } = district.doc.value.site;
  const detail = `"${district.id}" and "${twin.id}" (${twin.doc.source.file}) both name host ${host} with app ${app}. They would change each other's connections. Correct the app of one of them.`;
  return trouble({ code: "shared-site", detail, place: placeIn(district.doc, "site", "app") });
}

function mixedKinds(district: DraftDistrict, neighbour: DraftDistrict): Trouble {
  const { host, kind = "production" } = district.doc.value.site;
  const detail = `${host} is ${kind} here and ${neighbour.doc.value.site.kind ?? "production"} in ${neighbour.doc.source.file}. Production and sandbox never mix on one host. Correct the host or the kind of one of them.`;
  const last = district.doc.value.site.kind === undefined ? "host" : "kind";
  return trouble({ code: "mixed-site-kinds", detail, place: placeIn(district.doc, "site", last) });
}
