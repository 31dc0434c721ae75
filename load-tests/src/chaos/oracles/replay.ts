import { catchUp, dumpReadModels, replayFromZero } from "@muster/standalone/testing/replay"

const SHOWN_CHARS = 240
const BEFORE_CHARS = 60

/** Where two rows part, with a little of what stands before. */
const firstDifference = (one: string, other: string): readonly [string, string] => {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  const from = Math.max(0, at - BEFORE_CHARS)
  return [one.slice(from, from + SHOWN_CHARS), other.slice(from, from + SHOWN_CHARS)]
}

/** Tables whose rows differ between the read models that lived through everything and those of a replay from zero. */
export const differences = async (appUrl: string, scratchDir: string): Promise<readonly string[]> => {
  await catchUp(appUrl, scratchDir)
  const lived = await dumpReadModels(appUrl)
  await replayFromZero(appUrl, scratchDir)
  const replayed = await dumpReadModels(appUrl)
  const tables = new Set([...Object.keys(lived), ...Object.keys(replayed)])
  return [...tables].flatMap((table) => {
    const [before, after] = [lived[table] ?? [], replayed[table] ?? []]
    const at = before.findIndex((row, index) => row !== after[index])
    if (before.length === after.length && at === -1) return []
    const [one, other] = firstDifference(before[at] ?? "", after[at] ?? "")
    return [`${table}: ${before.length} rows lived, ${after.length} replayed; lived … ${one}; replayed … ${other}`]
  })
}
