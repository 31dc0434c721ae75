interface Verdicts<V> {
  readonly verdicts: ReadonlyArray<V>
}

/** Sends a request about more things than one may name as several, one after the other, and joins their verdicts. */
export async function inParts<V>(
  ids: ReadonlyArray<string>,
  most: number,
  send: (part: ReadonlyArray<string>) => Promise<Verdicts<V>>,
): Promise<Verdicts<V>> {
  const verdicts: Array<V> = []
  for (let from = 0; from < ids.length; from += most) {
    // Each part waits for the one before: the server decides a request's tasks many at a time already.
    // eslint-disable-next-line no-await-in-loop
    verdicts.push(...(await send(ids.slice(from, from + most))).verdicts)
  }
  return { verdicts }
}
