import { MusterFailed } from "./errors.ts"
import { REQUEST_TIMEOUT_MILLIS } from "./limits.ts"
import type { Muster } from "./muster.ts"

/** The sum over all labels of one of a product's metrics, as a Prometheus would scrape it; 0 when it has no sample. */
export const readMetric = async (muster: Muster, name: string): Promise<number> => {
  const response = await fetch(`${muster.url}/metrics`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MILLIS) })
  const text = await response.text()
  if (!response.ok) throw new MusterFailed({ message: `GET /metrics → ${response.status}` })
  let sum = 0
  for (const line of text.split("\n")) {
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})? (\S+)/.exec(line)
    if (sample?.[1] === name) sum += Number(sample[2])
  }
  return sum
}
