import { BUS_FIELD, type ControlMessage } from "@muster/contracts"
import { AGENT_GROUP, DISPATCHER_GROUP, keys, type MemberRef } from "#src/keys.ts"
import { CONTROL_MAX_ENTRIES, DEAD_LETTER_RAW_MAX_CHARS, DEAD_LETTERS_MAX_ENTRIES } from "#src/limits.ts"
import type { TeamBus } from "#src/server/port.ts"
import type { KeyedCommand, TeamWriter } from "#src/server/writer.ts"

type StreamsPart = Pick<
  TeamBus,
  "control" | "clearControls" | "deadLetter" | "setGeneration" | "clearGeneration" | "resetMember" | "destroyMember"
>

/** Says something to a member's agent. */
export const controlCommand = (member: MemberRef, message: ControlMessage): KeyedCommand => {
  const stream = keys.control(member)
  const words = ["xadd", stream, "MAXLEN", "~", CONTROL_MAX_ENTRIES, "*", BUS_FIELD, JSON.stringify(message)]
  return { keys: [stream], words }
}

/** Control messages, dead letters and the life of a team's and a member's keys. */
export const makeStreams = (writer: TeamWriter): StreamsPart => ({
  control: (member, messages) =>
    writer.commands(
      member.teamId,
      messages.map((message) => controlCommand(member, message)),
    ),
  clearControls: (member) => {
    const stream = keys.control(member)
    return writer.commands(member.teamId, [{ keys: [stream], words: ["del", stream] }])
  },
  deadLetter: (member, { stream, entryId, reason, raw }) => {
    const body = { stream, entryId, reason, raw: raw.slice(0, DEAD_LETTER_RAW_MAX_CHARS) }
    const key = keys.deadLetters(member)
    const words = ["xadd", key, "MAXLEN", "~", DEAD_LETTERS_MAX_ENTRIES, "*", BUS_FIELD, JSON.stringify(body)]
    return writer.commands(member.teamId, [{ keys: [key], words }])
  },
  setGeneration: (teamId, generation) => {
    const key = keys.generation(teamId)
    return writer.commands(teamId, [{ keys: [key], words: ["set", key, generation] }])
  },
  clearGeneration: (teamId) => {
    const key = keys.generation(teamId)
    return writer.commands(teamId, [{ keys: [key], words: ["del", key] }])
  },
  resetMember: async (member) => {
    const streams = [keys.inbox(member), keys.control(member), keys.outbox(member)]
    await writer.script(member.teamId, "reset-member-3", streams, [AGENT_GROUP, DISPATCHER_GROUP])
  },
  destroyMember: (member) => {
    const { inbox, control, outbox, presence, deadLetters } = keys
    const all = [inbox, control, outbox, presence, deadLetters].map((key) => key(member))
    return writer.commands(member.teamId, [{ keys: all, words: ["unlink", ...all] }])
  },
})
