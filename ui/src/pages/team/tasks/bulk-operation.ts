import { t } from "#src/i18n/index.ts"
import { BULK_PART_TASKS } from "#src/limits.ts"
import { startOperation } from "#src/shell/operations/operations.ts"
import type { OperationProgress, OperationResult } from "#src/shell/operations/operations.ts"

interface Verdict {
  readonly id: string
  readonly ok: boolean
  readonly detail?: string
}

export interface BulkOperation {
  /** What is being done, in the words of the person. */
  readonly title: string
  readonly ids: ReadonlyArray<string>
  /** How people name a task. */
  readonly nameOf: (id: string) => string
  readonly send: (part: ReadonlyArray<string>) => Promise<{ readonly verdicts: ReadonlyArray<Verdict> }>
}

function resultOf(verdicts: ReadonlyArray<Verdict>, of: number, nameOf: BulkOperation["nameOf"]): OperationResult {
  const refused = verdicts.filter(({ ok }) => !ok)
  return {
    summary: t("bulk.done", { taken: verdicts.length - refused.length, of }),
    failures: refused.map(({ id, detail }) => ({ what: nameOf(id), reason: detail ?? t("bulk.no-answer") })),
    isNothingDone: verdicts.length > 0 && refused.length === verdicts.length,
  }
}

/** Sends many in parts, one after the other, until all are sent or it is called off; gathers what was refused, and why. */
export async function inParts(
  { ids, nameOf, send }: Omit<BulkOperation, "title">,
  signal: AbortSignal,
  report: (progress: OperationProgress) => void,
): Promise<OperationResult> {
  const verdicts: Array<Verdict> = []
  while (verdicts.length < ids.length && !signal.aborted) {
    const part = ids.slice(verdicts.length, verdicts.length + BULK_PART_TASKS)
    // Each part waits for the one before, so that calling it off leaves the rest untouched.
    // eslint-disable-next-line no-await-in-loop
    const answer = await send(part)
    const byId = new Map(answer.verdicts.map((verdict) => [verdict.id, verdict]))
    verdicts.push(...part.map((id) => byId.get(id) ?? { id, ok: false }))
    report({ done: verdicts.length })
  }
  return resultOf(verdicts, ids.length, nameOf)
}

/** Does something with many tasks, in sight of the operation centre: its progress, its end, and a way to call off the rest. */
export const operateOn = (bulk: BulkOperation): void =>
  void startOperation({
    title: bulk.title,
    total: bulk.ids.length,
    run: (signal, report) => inParts(bulk, signal, report),
  })

/** The same for whatever the server finds: how many they are is known only from its answer. */
export const operateOnMatching = (
  title: string,
  nameOf: (id: string) => string,
  send: () => Promise<{ readonly verdicts: ReadonlyArray<Verdict> }>,
): void =>
  void startOperation({
    title,
    run: async () => {
      const { verdicts } = await send()
      return resultOf(verdicts, verdicts.length, nameOf)
    },
  })
