import { installGlobals } from "./globals.ts"
import { installHooks } from "./hooks.ts"

/**
 * From here on time, chance and the world outside are the simulation's, in this thread. Called before anything of the product is
 * loaded; there is no way back.
 */
export const enterSimulation = (): void => {
  installGlobals()
  installHooks()
  // Errors are made by the thousand, and their stacks are read only in a trace.
  Error.stackTraceLimit = 0
}
