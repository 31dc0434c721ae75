import { readFileSync } from "node:fs"
import { createLogger, effectLoggerLayer, readConfig, runMain } from "@muster/platform"
import { Effect } from "effect"
import { AGENT_BUNDLE, AGENT_SOURCE, standalone } from "#src/program.ts"

/** `npm start`: reads the configuration and runs everything in this process. `--bundled`: run agents from their built file. */
const agentMain = process.argv.includes("--bundled") ? AGENT_BUNDLE : AGENT_SOURCE

const log = createLogger({ service: "standalone" })

const program = Effect.gen(function* () {
  const config = yield* Effect.try({ try: () => readConfig(), catch: (cause) => cause as Error })
  const logger = (service: string) => createLogger({ service, level: config.logLevel })
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string
  }
  const say = (text: string) => void process.stdout.write(text)
  yield* standalone({ config, logger, version, agentMain, say }).pipe(
    Effect.scoped,
    Effect.provide(effectLoggerLayer(log)),
  )
})

runMain(program, { log })
