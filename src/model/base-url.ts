/**
 * Shapes that Base URLs of OneRoster connections have been seen in. Which of them Infinite Campus calls legacy is not
 * known, so their names say what they look like and nothing more.
 *
 * `with-app`: the application stands in the path, `/campus/api/oneroster/v1p2/<app>/ims/oneroster`.
 * `without-app`: it does not, `/campus/api/ims/oneroster/...`. `other`: neither.
 */
export const URL_SHAPES = ["with-app", "without-app", "other"] as const;
export type UrlShape = (typeof URL_SHAPES)[number];

/** The shape of a Base URL. Any text has one; what is no URL is `other`. */
export function shapeOf(baseUrl: string): UrlShape {
  if (!URL.canParse(baseUrl)) return "other";
  const { pathname } = new URL(baseUrl);
  if (/\/api\/oneroster\/v1p[12]\/[^/]+\/ims\/oneroster(\/|$)/.test(pathname)) return "with-app";
  return /\/api\/ims\/oneroster(\/|$)/.test(pathname) ? "without-app" : "other";
}
