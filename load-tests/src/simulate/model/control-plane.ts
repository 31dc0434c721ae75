interface Reply {
  readonly status: number
  readonly body: string
}

const OUTPUT_PATH = /\/tasks\/[^/]+\/assignments\/([^/]+)\/output$/u

/** The door for agents' bytes: output by assignment, files by hash. Keys are the incarnations that are enrolled. */
export class ControlPlaneModel {
  isAway = false
  readonly #outputBytes = new Map<string, number>()
  readonly #isEnrolled: (incarnation: string) => boolean

  constructor(isEnrolled: (incarnation: string) => boolean) {
    this.#isEnrolled = isEnrolled
  }

  take(url: URL, key: string, bytes: number): Reply {
    if (!this.#isEnrolled(key)) return { status: 401, body: "{}" }
    const assignmentId = OUTPUT_PATH.exec(url.pathname)?.[1]
    if (assignmentId === undefined) return { status: 201, body: "{}" }
    const size = this.#outputBytes.get(assignmentId) ?? 0
    if (Number(url.searchParams.get("offset")) !== size) return { status: 409, body: JSON.stringify({ size }) }
    this.#outputBytes.set(assignmentId, size + bytes)
    return { status: 200, body: JSON.stringify({ size: size + bytes }) }
  }
}
