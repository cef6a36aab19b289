/** The version of this package; a test holds it equal to package.json. */
const VERSION = "0.1.0";

/** What every probe's User-Agent begins with, so that a live system can keep our questions apart from the consumer's use. */
export const PROBE_AGENT_PREFIX = "rosterform-probe/";

/** The User-Agent of every request this room sends. */
export const PROBE_AGENT = `${PROBE_AGENT_PREFIX}${VERSION}`;
