import type { DeadLetter, DeadLetterVerdict } from "@muster/contracts"
import { CommandId, decideMember, type MemberCommand, type Position, streams } from "@muster/domain"
import { createdId } from "#src/commands/keys.ts"
import type { CommandContext } from "#src/commands/execute.ts"
import { requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { makeTaskCommand } from "#src/handlers/task-commands.ts"
import { forEach, furthestOf, refusedItem } from "#src/handlers/verdicts.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

type DeadLetterRoutes = "redriveDeadLetters" | "discardDeadLetters"
type Redrive = Parameters<Handlers["redriveDeadLetters"]>[0]
/** What both commands are asked with. */
type Call = Pick<Redrive, "params" | "body" | "subject" | "context">

/** Entries of the bus that nobody understood: tried again or put aside, many at once, each by itself. */
export const deadLetterHandlers = (desk: Desk): Pick<Handlers, DeadLetterRoutes> => {
  const { execute, streams: readers, reads } = desk
  const commandTask = makeTaskCommand(desk)

  /** One member may have several entries in a request: each is a command of its own. */
  const contextOf = (context: CommandContext, entry: Position): CommandContext => ({
    ...context,
    commandId: CommandId.make(createdId(context.commandId, `entry:${entry}`)),
  })

  const record = async ({ memberId }: DeadLetter, context: CommandContext, order: MemberCommand) =>
    execute({
      stream: streams.member(memberId),
      reader: readers.member,
      context,
      decide: (member) => decideMember(member, order),
    })

  const each = async (
    { params: { team }, body, subject, context }: Call,
    settle: (letter: DeadLetter, context: CommandContext) => Promise<{ readonly position: Position }>,
  ) => {
    const entries = [...new Set(body.entries)]
    const found = new Map(
      (await reads.deadLetters.at(subject, team, entries)).map((letter) => [letter.position, letter]),
    )
    const one = async (entry: Position): Promise<DeadLetterVerdict> => {
      try {
        const letter = found.get(entry)
        if (letter === undefined) throw new ProblemError("not-found", "There is no such dead letter in this team.")
        const { position } = await settle(letter, contextOf(context, entry))
        return { entry, ok: true, position }
      } catch (error) {
        return { entry, ...refusedItem(error) }
      }
    }
    const verdicts = await forEach(entries, one)
    const positions = verdicts.flatMap((verdict): readonly Position[] => (verdict.ok ? [verdict.position] : []))
    return { verdicts, position: furthestOf(positions) ?? (await desk.log.head()) }
  }

  /** A report is sent again as it was; a task that its agent could not read gets a new run. The rest is said again anyway. */
  const tryAgain = async (letter: DeadLetter, call: Call, context: CommandContext): Promise<void> => {
    const { team } = call.params
    const { memberId, stream, raw, isRawTruncated, taskId } = letter
    if (stream === "out") {
      if (raw === null || isRawTruncated)
        throw new ProblemError("conflict", "Its body was not kept whole, so it cannot be tried again; discard it.")
      await desk.resend({ teamId: team, memberId }, raw)
    }
    if (stream !== "in" || taskId === null) return
    const { state } = await readers.task.load(streams.task(taskId))
    if (state.task.phase === "dead-lettered") await commandTask({ team, task: taskId }, context, { kind: "redrive" })
  }

  return {
    redriveDeadLetters: (call) =>
      each(call, async (letter, context) => {
        await requireOpenTeam(readers, call.params.team)
        const { state } = await readers.member.load(streams.member(letter.memberId))
        const order = { kind: "redrive-entry", entry: letter.position, stream: letter.stream } as const
        // Asked before anything is done; the record below decides when two people ask at once.
        if (decideMember(state, order).refusal === undefined) await tryAgain(letter, call, context)
        return record(letter, context, order)
      }),
    discardDeadLetters: (call) =>
      each(call, (letter, context) =>
        record(letter, context, { kind: "discard-entry", entry: letter.position, reason: call.body.reason ?? "" }),
      ),
  }
}
