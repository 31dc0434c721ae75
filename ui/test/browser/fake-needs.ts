import type { NeedItem, NeedsPage, TeamView } from "@muster/contracts"
import { needKinds } from "@muster/contracts"
import { approvalHash } from "@muster/domain"
import type { Need } from "@muster/projections"
import { memberNeeds, taskNeeds } from "@muster/projections"

const ACTION = {
  action: "Delete the folder of last year's reports",
  detail: JSON.stringify({ path: "/srv/reports/2025", recursive: true, reason: "superseded" }),
}

/** One of each kind that the made-up life may lack. */
const always: ReadonlyArray<Need> = [
  {
    id: "approval:1",
    kind: "approval",
    about: {
      type: "approval",
      approvalId: "0199c000-0000-7000-8000-0000000000d1" as never,
      ...ACTION,
      hash: approvalHash(ACTION),
    },
  },
  {
    id: "question:1",
    kind: "question",
    about: {
      type: "question",
      questionId: "0199c000-0000-7000-8000-0000000000d2" as never,
      text: "Which currency shall the figures be in?",
      choices: ["Euro", "Dollar"],
    },
  },
  { id: "blocked:1", kind: "stuck", about: { type: "blocked", reason: "no model is set for this member" } },
]

/** What waits in a team, as the control plane lists it. */
export function needsOf(view: TeamView, show: string | null): NeedsPage {
  const [first] = Object.values(view.tasks)
  const itemOf = (need: Need, index: number, task = first): NeedItem => ({
    ...need,
    teamId: view.team?.id as NeedItem["teamId"],
    teamName: view.team?.name ?? "",
    task: need.kind === "stuck" || task === undefined ? null : { id: task.id, number: task.number, title: task.title },
    memberId: null,
    memberHandle: view.members[task?.memberId ?? ""]?.handle ?? Object.values(view.members)[0]?.handle ?? null,
    since: task?.createdAt ?? "2029-12-31T12:00:00.000Z",
    position: String(index + 1) as NeedItem["position"],
    mark: show === "snoozed" ? { kind: "snoozed", until: "2030-01-01T09:00:00.000Z" } : null,
  })
  const all = [
    ...always.map((need, index) => itemOf(need, index)),
    ...Object.values(view.tasks).flatMap((task) =>
      taskNeeds(task).map((need, index) => itemOf(need, index + 10, task)),
    ),
    ...Object.values(view.members).flatMap((member) =>
      memberNeeds(member).map((need, index) => itemOf(need, index + 20)),
    ),
  ].toSorted((a, b) => needKinds.indexOf(a.kind) - needKinds.indexOf(b.kind))
  return pageOf(all)
}

const pageOf = (items: ReadonlyArray<NeedItem>): NeedsPage => ({
  items,
  next: null,
  total: items.length,
  counts: {
    approval: items.filter(({ kind }) => kind === "approval").length,
    question: items.filter(({ kind }) => kind === "question").length,
    stuck: items.filter(({ kind }) => kind === "stuck").length,
    failed: items.filter(({ kind }) => kind === "failed").length,
    "dead-letter": items.filter(({ kind }) => kind === "dead-letter").length,
  },
  nextReturnAt: null,
  now: "2029-12-31T12:30:00.000Z",
})

export const NO_NEEDS = pageOf([])
