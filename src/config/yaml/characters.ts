/** How many characters a text has as editors count columns: code points, not code units. */
export function characters(text: string): number {
  return Array.from(text).length;
}
