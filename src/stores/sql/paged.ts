/** Rows a page at a time, so that long tables are never held whole. `page` asks for those after the last one, at most `size`. */
export async function* paged<R>(size: number, page: (last: R | undefined) => Promise<readonly R[]>): AsyncIterable<R> {
  let last: R | undefined;
  for (;;) {
    const rows = await page(last);
    yield* rows;
    if (rows.length < size) return;
    last = rows.at(-1);
  }
}
