/** What the scripted agent does, one step after the other. It is told in its prompt, as JSON in a line that begins with `script: `. */
export type ScriptedStep =
  | { readonly say: string }
  | { readonly think: string }
  | { readonly plan: readonly { readonly content: string; readonly status: "pending" | "in_progress" | "completed" }[] }
  /** Shows a tool call without carrying anything out. */
  | {
      readonly tool: {
        readonly title: string
        readonly input: unknown
        readonly output: string
        readonly fails?: boolean
      }
    }
  /** Runs a shell command in the working directory, as a tool call. */
  | { readonly run: string }
  | { readonly write: { readonly path: string; readonly text: string } }
  /** Asks for leave; the turn ends when it is not given. */
  | { readonly permission: { readonly title: string; readonly input: unknown } }
  /** Asks by a form and says what was answered. */
  | { readonly ask: { readonly message: string; readonly choices?: readonly string[] } }
  /**
   * Calls a tool of the team and says what came of it; again and again until the answer contains `until`. What came is known to later
   * steps by the name `as`: `{part.task_id}` in a text stands for a value of it.
   */
  | {
      readonly team: {
        readonly name: string
        readonly arguments: Readonly<Record<string, unknown>>
        readonly until?: string
        readonly as?: string
      }
    }
  /** Writes something that is no message to its standard output. */
  | { readonly noise: string }
  | { readonly warn: string }
  | { readonly flood: number }
  | { readonly tickMillis: number }
  | { readonly sleepMillis: number }
  /** Waits for a cancel. With `stubborn` it does not heed it, nor SIGTERM. */
  | { readonly hang: "politely" | "stubborn" }
  | { readonly signal: "SIGSEGV" | "SIGKILL" }
  | { readonly exit: number }
  | { readonly stop: "max_tokens" | "max_turn_requests" | "refusal" }
  | { readonly error: { readonly code: number; readonly message: string } }
  | { readonly usage: { readonly inputTokens: number; readonly outputTokens: number } }
  /** Goes on only in a session that was loaded; in a new one the process dies. */
  | { readonly dieUnlessResumed: true }

const MARK = "script: "

/** The instructions that make the scripted agent do this. */
export const scriptText = (steps: readonly ScriptedStep[]): string => `${MARK}${JSON.stringify(steps)}`

/** The steps in a prompt. Without a script the agent says what it was told. */
export const stepsOf = (prompt: string): readonly ScriptedStep[] => {
  const line = prompt.split("\n").find((text) => text.startsWith(MARK))
  return line === undefined ? [{ say: prompt }] : (JSON.parse(line.slice(MARK.length)) as readonly ScriptedStep[])
}
