/** Where agents of members run. One instance a member, named by the member's id. */
export interface InstanceSpec {
  /** The member's id: a UUID in lower case. */
  readonly id: string
  /** What its agent may know beyond the driver's own short list. Never a secret. */
  readonly env: Readonly<Record<string, string>>
  /** Given when it has to enrol (again). Reaches the agent in a file of its own (0600), never by argument or variable. */
  readonly invitation?: { readonly controlPlaneUrl: string; readonly token: string }
}

/** How an instance ended. */
export interface InstanceExit {
  /** Undefined: it was killed, or ended while nobody watched. */
  readonly code: number | undefined
  readonly reason: string
  /** RFC 3339. */
  readonly at: string
}

export interface InstanceStatus {
  readonly id: string
  readonly state: "running" | "stopped"
  readonly pid: number | undefined
  /** It has credentials: no invitation is needed to start it. */
  readonly isEnrolled: boolean
  /** Its last end; undefined while it runs and when it never did. */
  readonly lastExit: InstanceExit | undefined
}

export interface StopOptions {
  /** From asking to killing. */
  readonly graceMillis: number
}

/**
 * Runs agents. Everything may be repeated: `ensure` of a running instance and `stop` of a stopped one change nothing. What runs
 * survives the driver; another driver over the same place finds it again. A driver restarts nothing by itself.
 * All but `onExit` fail with InstanceFailed.
 */
export interface InstanceDriver {
  readonly name: string
  readonly ensure: (spec: InstanceSpec) => Promise<void>
  readonly stop: (id: string, options: StopOptions) => Promise<void>
  /** Forgets a stopped instance with all it had on disk. */
  readonly remove: (id: string) => Promise<void>
  readonly list: () => Promise<readonly InstanceStatus[]>
  /** The end of what the agent said last. */
  readonly logs: (id: string) => Promise<string>
  /** A hint that an instance ended; `list` is the truth. Returns how to unsubscribe. */
  readonly onExit: (listener: (id: string) => void) => () => void
}
