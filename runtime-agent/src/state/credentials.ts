import { readFile, rm } from "node:fs/promises"
import { hostname } from "node:os"
import { AgentCredentials, BootstrapFile } from "@muster/contracts"
import { Schema } from "effect"
import { ControlPlaneAway, hasCode, NotEnrolled } from "#src/errors.ts"
import { bootstrap } from "#src/http/control-plane.ts"
import type { AgentTimings } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import { backoff, pause } from "#src/pause.ts"
import { writeAtomically } from "#src/state/atomic-file.ts"
import { AGENT_VERSION } from "#src/version.ts"

const decodeCredentials = Schema.decodeUnknownSync(Schema.fromJsonString(AgentCredentials))
const decodeBootstrap = Schema.decodeUnknownSync(Schema.fromJsonString(BootstrapFile))

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined
    throw error
  }
}

/** Decodes without ever letting what is in the file into a message: it is a secret. */
const decodeQuietly = <A>(decode: (text: string) => A, text: string, path: string): A => {
  try {
    return decode(text)
  } catch {
    throw new NotEnrolled({ message: `${path} is not what this version of the agent writes or reads` })
  }
}

export interface EnrolOptions {
  readonly credentialsPath: string
  readonly bootstrapPath: string | undefined
  readonly timings: Pick<AgentTimings, "retryFirstMillis" | "retryMaxMillis">
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * The agent's credentials: those of the bootstrap file when there is one (a new enrolment replaces an old one), else the stored
 * ones. Waits for a control plane that is away. Undefined when the signal fired first. Fails with NotEnrolled or BootstrapRefused.
 */
export const enrol = async (options: EnrolOptions): Promise<AgentCredentials | undefined> => {
  const { credentialsPath, bootstrapPath, timings, log, signal } = options
  const invitation = bootstrapPath === undefined ? undefined : await readIfThere(bootstrapPath)
  if (bootstrapPath === undefined || invitation === undefined) {
    const stored = await readIfThere(credentialsPath)
    if (stored === undefined)
      throw new NotEnrolled({ message: "there are no credentials yet: start the agent with a bootstrap file" })
    return decodeQuietly(decodeCredentials, stored, credentialsPath)
  }
  const { controlPlaneUrl, token } = decodeQuietly(decodeBootstrap, invitation, bootstrapPath)
  const retry = backoff(timings.retryFirstMillis, timings.retryMaxMillis)
  while (!signal.aborted) {
    try {
      const credentials = await bootstrap(controlPlaneUrl, { token, agentVersion: AGENT_VERSION, host: hostname() })
      await writeAtomically(credentialsPath, JSON.stringify(credentials))
      await rm(bootstrapPath, { force: true })
      return credentials
    } catch (error) {
      if (!(error instanceof ControlPlaneAway)) throw error
      log.warn({ error: error.message }, "the control plane is away; trying again")
      await pause(retry.next(), signal)
    }
  }
  return undefined
}
