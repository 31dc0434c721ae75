// Imported first, before anything of the product: time, chance and the world outside are the simulation's from here on.
import { installGlobals } from "./globals.ts"
import { installHooks } from "./hooks.ts"

installGlobals()
installHooks()
// Errors are made by the thousand and their stacks are not read; `--trace` asks for them.
Error.stackTraceLimit = 0
