import type { OneRosterVersion } from "../../model/traits.ts";

/** The three services of OneRoster. In 1.1 they share one root, in 1.2 each has its own. */
export type Service = "rostering" | "gradebook" | "resources";

/** A place below which OneRoster is served: `:app` stands for the site's app. */
export interface Root {
  readonly prefix: string;
  readonly version: OneRosterVersion;
  readonly services: readonly Service[];
}

const SERVICES: readonly Service[] = ["rostering", "gradebook", "resources"];

/** The roots of OneRoster: with the site's app inside, and the short shape without it. */
export const ROOTS: readonly Root[] = [
  { prefix: "/campus/api/oneroster/v1p1/:app/ims/oneroster/v1p1", version: "1.1", services: SERVICES },
  { prefix: "/campus/api/ims/oneroster/v1p1", version: "1.1", services: SERVICES },
  ...SERVICES.flatMap((service): readonly Root[] => [
    {
      prefix: `/campus/api/oneroster/v1p2/:app/ims/oneroster/${service}/v1p2`,
      version: "1.2",
      services: [service],
    },
    { prefix: `/campus/api/ims/oneroster/${service}/v1p2`, version: "1.2", services: [service] },
  ]),
];

/** Where each service of the same shape and version answers, for the references in what is served below a root. */
export function rootsBeside(
  { prefix, version }: Pick<Root, "prefix" | "version">,
  origin: string,
  app: string | undefined,
): Readonly<Record<Service, string>> {
  const of = (service: Service): string =>
    origin +
    (version === "1.1" ? prefix : prefix.replace(/[a-z]+\/v1p2$/, `${service}/v1p2`)).replace(
      ":app",
      encodeURIComponent(app ?? ""),
    );
  return { rostering: of("rostering"), gradebook: of("gradebook"), resources: of("resources") };
}
