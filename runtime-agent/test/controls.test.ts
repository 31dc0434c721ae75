import { BUS_VERSION, type ControlMessage } from "@muster/contracts"
import type { IncarnationId } from "@muster/domain"
import type { ControlEntry } from "@muster/team-bus/agent"
import { expect, test } from "vitest"
import { obeyControls } from "#src/controls.ts"
import { quietLog } from "#test/support/quiet.ts"

const incarnation = "0190b0a0-0000-7000-8000-000000000001" as IncarnationId
const other = "0190b0a0-0000-7000-8000-000000000002" as IncarnationId

/** What the outbox is told to forget when the control stream says this. */
const forgottenAfter = async (...messages: readonly ControlMessage[]): Promise<readonly (readonly number[])[]> => {
  const forgotten: (readonly number[])[] = []
  const nothing = () => undefined
  async function* controls(): AsyncGenerator<ControlEntry> {
    for (const [index, message] of messages.entries()) yield { entryId: `${index}-0`, message }
  }
  await obeyControls(
    {
      bus: { controls },
      incarnation,
      work: { control: nothing },
      outbox: { acked: (seqs) => forgotten.push(seqs), report: async () => ({ seq: 1 }) },
      onSettings: nothing,
      onDrain: nothing,
      onRetire: nothing,
      log: quietLog,
    },
    new AbortController().signal,
  )
  return forgotten
}

test("an acknowledgement that was meant for an earlier incarnation takes no report from this one", async () => {
  const stale: ControlMessage = { v: BUS_VERSION, kind: "ack", seqs: [1, 2], incarnation: other }
  const own: ControlMessage = { v: BUS_VERSION, kind: "ack", seqs: [2], incarnation }
  const unnamed: ControlMessage = { v: BUS_VERSION, kind: "ack", seqs: [3] }
  expect(await forgottenAfter(stale, own, unnamed)).toEqual([[2], [3]])
})
