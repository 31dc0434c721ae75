import { catchUp, dumpReadModels, replayFromZero } from "@muster/standalone/testing/replay"

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
    return [
      `${table}: ${before.length} rows lived, ${after.length} replayed; lived ${before[at]}; replayed ${after[at]}`,
    ]
  })
}
