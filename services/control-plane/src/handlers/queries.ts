import { PAGE_DEFAULT, teamFeed } from "@muster/contracts"
import { START, streams } from "@muster/domain"
import { waitReason } from "@muster/projections"
import { behind } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import type { Handlers } from "#src/http/calls.ts"

/** Only the fields that are there: optional keys may be absent, not undefined. */
type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>

/** Where the next page begins: after the last of a full page. */
const nextOf = <T>(items: readonly T[], limit: number, keyOf: (item: T) => string): string | null => {
  const last = items.at(-1)
  return last === undefined || items.length < limit ? null : keyOf(last)
}

type QueryRoutes =
  | "listPeople"
  | "listTeams"
  | "readTeam"
  | "listTasks"
  | "readTask"
  | "listChat"
  | "listHistory"
  | "replayTeam"
  | "listDeadLetters"

export const queryHandlers = ({ reads, streams: readers }: Desk): Pick<Handlers, QueryRoutes> => ({
  listPeople: async ({ subject: { orgId } }) => {
    const names = await reads.users.names(orgId)
    const people = await Promise.all([...names.keys()].map((id) => reads.users.get(orgId, id)))
    return { items: people.filter((person) => person !== undefined), next: null }
  },

  listTeams: async ({ subject, query: { archived } }) => ({
    items: await reads.teams.list(subject, archived === undefined ? {} : { archived: archived === "true" }),
    next: null,
  }),

  readTeam: async ({ subject, params }) => {
    const [team, members] = await Promise.all([
      reads.teams.get(subject, params.team),
      reads.members.list(subject, params.team),
    ])
    if (team === undefined) throw behind()
    return { team, members }
  },

  listTasks: async ({ subject, params, query }) => {
    const { limit = PAGE_DEFAULT, phase, state, member: memberId, before, q } = query
    const options = { ...given({ phase, state, memberId, before, q }), limit }
    const items = await reads.tasks.list(subject, params.team, options)
    return { items, next: nextOf(items, limit, (task) => String(task.number)) }
  },

  readTask: async ({ subject, params }) => {
    const detail = await reads.tasks.get(subject, params.team, params.task)
    if (detail === undefined) throw behind()
    if (detail.task.phase !== "queued") return detail
    const [team, members] = await Promise.all([
      reads.teams.get(subject, params.team),
      reads.members.list(subject, params.team),
    ])
    const byId = Object.fromEntries(members.map((member) => [member.id, member]))
    const waits = waitReason(detail.task, { team: team ?? null, members: byId })
    return waits === undefined ? detail : { ...detail, waits }
  },

  listChat: async ({ subject, params, query: { limit = PAGE_DEFAULT, before } }) => {
    const items = await reads.chat.list(subject, params.team, { ...given({ before }), limit })
    return { items, next: nextOf(items, limit, (message) => message.position) }
  },

  listHistory: async ({ subject, params, query }) => {
    const { limit = PAGE_DEFAULT, before, after, type, task } = query
    const feed = teamFeed(params.team)
    const [items, head] = await Promise.all([
      reads.feed.range(subject, feed, { ...given({ before, after, type, task }), limit }),
      reads.feed.head(feed),
    ])
    return { items, head: head.seq }
  },

  replayTeam: async ({ subject, params, query: { at } }) => {
    const [view, team] = await Promise.all([
      reads.teamViewAt(subject, params.team, at === undefined ? "head" : { position: at }),
      readers.team.load(streams.team(params.team)),
    ])
    if (view === undefined) throw behind()
    return { ...view, firstPosition: team.first?.position ?? START }
  },

  listDeadLetters: async ({ subject, params, query: { limit = PAGE_DEFAULT, state, before } }) => {
    const items = await reads.deadLetters.list(subject, params.team, { ...given({ state, before }), limit })
    return { items, next: nextOf(items, limit, (letter) => letter.position) }
  },
})
