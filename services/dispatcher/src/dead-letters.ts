import { DEAD_LETTER_RAW_MAX_CHARS, fact, REASON_MAX_CHARS, streams, type TaskId } from "@muster/domain"
import type { DeadLetter } from "@muster/team-bus"
import type { Core } from "#src/core.ts"
import { DEAD_LETTER_EVENTS_PER_MINUTE, MINUTE_MILLIS } from "#src/limits.ts"
import { counters } from "#src/metrics.ts"
import type { MemberEntry } from "#src/model/member.ts"
import { note } from "#src/record.ts"

/** What an entry was about, as far as that is known. */
export interface About {
  readonly taskId: TaskId
  readonly attempt?: number
}

export interface DeadLetters {
  /**
   * Keeps a copy of an entry nobody understands where operators look. Beyond so many a member and minute it is only counted:
   * an agent gone wrong must not fill the log. False when the log could not be asked: keep the entry and try again.
   */
  readonly bury: (member: MemberEntry, letter: DeadLetter, about?: About) => Promise<boolean>
}

/** The body as far as the log can hold it: it outlives the bus. Cut or mended, it cannot be tried again as it was. */
const bodyOf = (raw: string): { readonly raw?: string; readonly isRawTruncated?: boolean } => {
  if (raw === "") return {}
  const kept = raw.slice(0, DEAD_LETTER_RAW_MAX_CHARS).replaceAll("\0", "").toWellFormed()
  return { raw: kept, isRawTruncated: kept !== raw }
}

export const makeDeadLetters = (core: Core): DeadLetters => {
  const windows = new Map<string, { readonly fromMillis: number; count: number }>()

  const isWithinRate = (memberId: string, nowMillis: number): boolean => {
    let window = windows.get(memberId)
    if (window === undefined || nowMillis - window.fromMillis >= MINUTE_MILLIS)
      windows.set(memberId, (window = { fromMillis: nowMillis, count: 0 }))
    window.count += 1
    return window.count <= DEAD_LETTER_EVENTS_PER_MINUTE
  }

  return {
    bury: async (member, letter, about) => {
      counters.poison.inc({ stream: letter.stream })
      if (!isWithinRate(member.memberId, core.nowMillis())) return true
      const { stream, entryId } = letter
      const reason = letter.reason.slice(0, REASON_MAX_CHARS).replaceAll("\0", "").toWellFormed()
      core.log.warn({ member: member.memberId, stream, entryId, reason }, "an entry could not be understood")
      const facts = [
        fact("MemberEntryDeadLettered", {
          stream,
          entryId: entryId.slice(0, 64),
          reason,
          ...bodyOf(letter.raw),
          ...about,
        }),
      ]
      if (!(await note(core, streams.member(member.memberId), member, facts))) return false
      await core.bus.deadLetter(member, letter)
      return true
    },
  }
}
