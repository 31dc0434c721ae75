import { registerHooks } from "node:module"

const shim = (name: string): string => new URL(`../shims/${name}.ts`, import.meta.url).href

/** Modules that stand for something outside, wherever the product asks for them. */
const everywhere: Readonly<Record<string, string>> = {
  ioredis: shim("ioredis"),
  uuid: shim("uuid"),
  "node:timers/promises": shim("timers-promises"),
}
/** The same, asked for by one part of the product only. */
const inAgent: Readonly<Record<string, string>> = {
  "node:fs/promises": shim("fs-promises"),
  "node:crypto": shim("crypto"),
  "#src/http/request.ts": shim("agent-http"),
}

/** Only the simulated runtime runs here: the others keep what they know of the machine. */
const OTHER_RUNTIMES = /\/runtimes\/(?!simulated\/)[^/]+\//u

const isSimulation = (parent: string): boolean => parent.includes("/load-tests/src/simulate/")
const isOfProduct = (parent: string): boolean => !parent.includes("/node_modules/") && !isSimulation(parent)
const isOfAgent = (parent: string): boolean =>
  parent.includes("/runtime-agent/src/") &&
  !OTHER_RUNTIMES.test(parent) &&
  !parent.includes("/runtimes/shared/") &&
  !parent.includes("/processes/") &&
  !parent.endsWith("/state/lock.ts") &&
  !parent.endsWith("/state/state-dir.ts")

const replacement = (specifier: string, parent: string): string | undefined => {
  if (!isOfProduct(parent)) return undefined
  if (isOfAgent(parent) && inAgent[specifier] !== undefined) return inAgent[specifier]
  if (specifier === "#src/new-id.ts" && parent.includes("/services/dispatcher/src/")) return shim("new-id")
  if (specifier === "node:fs" && parent.endsWith("/runtime-agent/src/http/control-plane.ts")) return shim("fs")
  return everywhere[specifier]
}

/** From now on modules of the product that are loaded reach the models in the place of the world. */
export const installHooks = (): void => {
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = replacement(specifier, context.parentURL ?? "")
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true }
    },
  })
}
