import type { CounterConfiguration, GaugeConfiguration, HistogramConfiguration } from "prom-client"
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client"

const registry = new Registry()

/** A metric of that name and kind that was made before, or a new one: modules may ask for theirs in any order. */
const once = <M>(name: string, kind: new (...args: never) => M, make: () => M): M => {
  const known = registry.getSingleMetric(name)
  if (known === undefined) return make()
  if (known instanceof kind) return known
  throw new TypeError(`the metric ${name} exists as another kind`)
}

/**
 * The metrics of this process, in one registry. Names begin with `muster_` and carry their unit (`_seconds`, `_bytes`, `_total`);
 * labels take few values each (never an id).
 */
export const metrics = {
  registry,
  counter: <L extends string>(options: Omit<CounterConfiguration<L>, "registers">): Counter<L> =>
    once(options.name, Counter<L>, () => new Counter({ ...options, registers: [registry] })),
  gauge: <L extends string>(options: Omit<GaugeConfiguration<L>, "registers">): Gauge<L> =>
    once(options.name, Gauge<L>, () => new Gauge({ ...options, registers: [registry] })),
  histogram: <L extends string>(options: Omit<HistogramConfiguration<L>, "registers">): Histogram<L> =>
    once(options.name, Histogram<L>, () => new Histogram({ ...options, registers: [registry] })),
  /** Memory, event loop and garbage collection of the process; call once from a main. */
  collectProcess: (): void => {
    collectDefaultMetrics({ register: registry, prefix: "muster_" })
  },
  /** The text a Prometheus scrapes, and its content type. */
  expose: async (): Promise<{ readonly body: string; readonly contentType: string }> => ({
    body: await registry.metrics(),
    contentType: registry.contentType,
  }),
}
