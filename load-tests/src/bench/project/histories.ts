import {
  fact,
  streams,
  toNewEvents,
  type Actor,
  type AssignmentId,
  type CommandId,
  type EventId,
  type EventMeta,
  type Fact,
  type Handle,
  type IncarnationId,
  type MemberId,
  type MessageId,
  type OrgId,
  type TaskId,
  type TeamId,
  type UserId,
} from "@muster/domain"
import type { AppendRequest, EventStore } from "@muster/event-store"
import { v7 } from "uuid"
import {
  CHAT_EVERY_TASKS,
  FAILS_EVERY_TASKS,
  MEMBERS_PER_TEAM,
  OPEN_TASKS,
  PROGRESS_MAX,
  PROGRESS_MIN,
  TEAMS,
} from "./limits.ts"

interface Place {
  readonly org: OrgId
  readonly team: TeamId
  readonly members: readonly MemberId[]
}

interface Step {
  readonly fact: Fact
  readonly actor: Actor
}

/** What is still to come of one stream. */
interface Story {
  readonly stream: string
  readonly org: OrgId
  readonly team: TeamId
  readonly steps: readonly Step[]
  told: number
}

const person: Actor = { kind: "person", id: v7() as UserId, via: "web" }
const dispatcher: Actor = { kind: "system", id: "dispatcher", via: "service" }
const agentOf = (memberId: MemberId): Actor => ({
  kind: "member",
  id: memberId,
  incarnation: v7() as IncarnationId,
  via: "bus",
})

const metaOf = ({ org, team }: Pick<Story, "org" | "team">, actor: Actor): EventMeta => {
  const commandId = v7() as CommandId
  return { org, team, actor, commandId, correlationId: commandId }
}

const taskStory = ({ org, team, members }: Place, index: number): Story => {
  const taskId = v7() as TaskId
  const assignmentId = v7() as AssignmentId
  const memberId = members[index % members.length] as MemberId
  const agent = agentOf(memberId)
  const progress = PROGRESS_MIN + (index % (PROGRESS_MAX - PROGRESS_MIN + 1))
  const spec = {
    title: `Check the links of chapter ${index}`,
    instructions:
      "Follow every link of the chapter, note those that are dead, and propose where they should lead instead.",
    inputs: { chapter: String(index) },
    runtimeOptions: {},
    memberId,
    priority: 0,
    retry: { maxAttempts: 3, backoffMillis: 1_000 },
    timeLimitMillis: 600_000,
    after: [],
  }
  const output = { bytes: 512 + (index % 4_096), isTruncated: false }
  const end =
    index % FAILS_EVERY_TASKS === 0
      ? fact("TaskFailed", { assignmentId, reason: "exit-code", message: "the program ended with 2" })
      : fact("TaskSucceeded", {
          assignmentId,
          result: { summary: `Chapter ${index}: 41 links looked at, 2 of them dead.`, output },
        })
  return {
    stream: streams.task(taskId),
    org,
    team,
    told: 0,
    steps: [
      { actor: person, fact: fact("TaskDispatched", { taskId, teamId: team, spec, requestHash: "bench" }) },
      { actor: dispatcher, fact: fact("TaskAssigned", { assignmentId, memberId, run: 1, attempt: 1, epoch: 1 }) },
      { actor: agent, fact: fact("TaskStarted", { assignmentId }) },
      ...Array.from({ length: progress }, (_, step) => ({
        actor: agent,
        fact: fact("TaskProgressed", {
          assignmentId,
          seq: step + 2,
          percent: Math.round((100 * (step + 1)) / (progress + 1)),
          note: `looking at part ${step + 1}`,
        }),
      })),
      { actor: agent, fact: end },
    ],
  }
}

const chatRequest = (place: Place, index: number): AppendRequest => {
  const text = `Chapter ${index} is on its way; the last one had two dead links.`
  const message = fact("ChatMessagePosted", { messageId: v7() as MessageId, text, mentions: [] })
  return {
    stream: streams.chat(place.team),
    expectedRevision: "any",
    events: toNewEvents([message], metaOf(place, person), () => v7() as EventId),
  }
}

const creations = (
  org: OrgId,
  index: number,
): { readonly place: Place; readonly requests: readonly AppendRequest[] } => {
  const place: Place = {
    org,
    team: v7() as TeamId,
    members: Array.from({ length: MEMBERS_PER_TEAM }, () => v7() as MemberId),
  }
  const { team, members } = place
  const creation = (stream: string, facts: readonly Fact[]): AppendRequest => ({
    stream,
    expectedRevision: 0,
    events: toNewEvents(facts, metaOf(place, person), () => v7() as EventId),
  })
  const profile = { name: `Team ${index}`, description: "" }
  return {
    place,
    requests: [
      creation(streams.team(team), [fact("TeamCreated", { teamId: team, profile, requestHash: "bench" })]),
      ...members.map((memberId, number) =>
        creation(streams.member(memberId), [
          fact("MemberAdded", {
            memberId,
            teamId: team,
            profile: {
              handle: `member-${number}` as typeof Handle.Type,
              name: `Member ${number}`,
              role: number === 0 ? "leader" : "member",
              runtime: "simulated",
              runtimeOptions: {},
              slots: 2,
              skills: [],
              placement: "manual",
            },
            requestHash: "bench",
          }),
        ]),
      ),
    ],
  }
}

const appendAll = async (log: EventStore, requests: readonly AppendRequest[]): Promise<number> => {
  for (const verdict of await log.append(requests)) if (!verdict.ok) throw verdict.error
  return requests.length
}

/**
 * Fills a log with what working teams leave behind: dispatched, assigned, started, progress, ended, and chat, of many tasks at a time.
 * Answers with the number of events.
 */
export const fillWithHistories = async (log: EventStore, org: OrgId, events: number): Promise<number> => {
  const places: Place[] = []
  let stored = 0
  for (let index = 0; index < TEAMS; index += 1) {
    const { place, requests } = creations(org, index)
    places.push(place)
    stored += await appendAll(log, requests)
  }
  const placeOf = (index: number): Place => places[index % places.length] as Place
  let begun = 0
  let open: Story[] = []
  while (stored < events || open.length > 0) {
    const chats: AppendRequest[] = []
    for (let room = stored < events ? OPEN_TASKS - open.length : 0; room > 0; room -= 1) {
      const place = placeOf(begun)
      open.push(taskStory(place, begun))
      if (begun % CHAT_EVERY_TASKS === 0) chats.push(chatRequest(place, begun))
      begun += 1
    }
    const requests = open.map((story): AppendRequest => {
      const { fact: next, actor } = story.steps[story.told] as Step
      const told = toNewEvents([next], metaOf(story, actor), () => v7() as EventId)
      return { stream: story.stream, expectedRevision: story.told, events: told }
    })
    stored += await appendAll(log, [...requests, ...chats])
    for (const story of open) story.told += 1
    open = open.filter(({ told, steps }) => told < steps.length)
  }
  return stored
}
