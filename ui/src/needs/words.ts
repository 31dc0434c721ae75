import type { NeedItem, NeedKind } from "@muster/contracts"
import { t } from "#src/i18n/index.ts"
import type { PlainTextKey } from "#src/i18n/index.ts"
import { absoluteTime, millisOf } from "#src/lib/time.ts"
import { SHAPES } from "#src/parts/state-table.ts"
import type { StateLook } from "#src/parts/state-table.ts"
import { failureWords } from "#src/team/history/failure-words.ts"

/** How each kind looks: a shape and a word of its own, because colour alone tells nobody enough. */
export const NEED_LOOKS = {
  approval: { tone: "warning", word: "needs.kind.approval", shape: SHAPES.diamond },
  question: { tone: "warning", word: "needs.kind.question", shape: SHAPES.triangle },
  stuck: { tone: "warning", word: "needs.kind.stuck", shape: SHAPES.question },
  failed: { tone: "danger", word: "needs.kind.failed", shape: SHAPES.cross },
  "dead-letter": { tone: "danger", word: "needs.kind.dead-letter", shape: SHAPES.octagon },
} as const satisfies Record<NeedKind, StateLook>

/** The heading of a group of one kind. */
export const KIND_HEADINGS = {
  approval: "needs.group.approval",
  question: "needs.group.question",
  stuck: "needs.group.stuck",
  failed: "needs.group.failed",
  "dead-letter": "needs.group.dead-letter",
} as const satisfies Record<NeedKind, PlainTextKey>

const firstLine = (text: string): string => text.trim().split("\n", 1)[0] ?? ""

/** Why it waits, in one line. */
export function needReason({ about }: Pick<NeedItem, "about">): string {
  switch (about.type) {
    case "approval":
      return firstLine(about.action)
    case "question":
      return firstLine(about.text)
    case "lost":
      return t("needs.reason.lost", { reason: failureWords(about.reason) })
    case "blocked":
      return t("needs.reason.blocked", { reason: firstLine(about.reason) })
    case "expired":
      return t("needs.reason.expired", { time: absoluteTime(millisOf(about.deadlineAt)) })
    case "failed":
    case "dead-task":
      return firstLine(about.message) || failureWords(about.reason)
    case "dead-entry":
      return t("needs.reason.dead-entry", { stream: t(`dead.stream.${about.stream}`), reason: firstLine(about.reason) })
    default:
      return about satisfies never
  }
}

/** What it is about, as the line says it first: the task, else the member. */
export function needTitle({ task, memberHandle }: Pick<NeedItem, "task" | "memberHandle">): string {
  if (task !== null) return t("needs.task-title", { task: t("task.number", { n: task.number }), title: task.title })
  return memberHandle === null ? t("actor.unknown-member") : `@${memberHandle}`
}

/** The page where more of it stands. */
export function needHref({ teamId, task, about }: Pick<NeedItem, "teamId" | "task" | "about">): string {
  const team = `/teams/${encodeURIComponent(teamId)}`
  if (task !== null) return `${team}/live?task=${encodeURIComponent(task.id)}`
  return about.type === "dead-entry" ? `${team}/tasks?tab=dead` : `${team}/live`
}
