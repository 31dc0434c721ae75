import type { ScheduleDoc } from "@muster/contracts"
import { isScheduleEventType, type KnownEvent, type ScheduleEventType } from "@muster/domain"

type ScheduleEvent = Extract<KnownEvent, { readonly type: ScheduleEventType }>

export const isScheduleEvent = (event: KnownEvent): event is ScheduleEvent => isScheduleEventType(event.type)

const change = (doc: ScheduleDoc, event: Exclude<ScheduleEvent, { type: "ScheduleCreated" }>): ScheduleDoc => {
  const { at } = event
  switch (event.type) {
    case "ScheduleEdited":
      return { ...doc, spec: event.data.spec, after: event.data.from }
    case "SchedulePaused":
      return { ...doc, isPaused: true }
    case "ScheduleResumed":
      return { ...doc, isPaused: false, after: event.data.from }
    case "ScheduleDeleted":
      return { ...doc, isDeleted: true }
    case "ScheduleFired": {
      const { dueAt, taskId, missed } = event.data
      const last = { dueAt, taskId, skipped: null, at }
      return { ...doc, after: dueAt, last, fired: doc.fired + 1, skipped: doc.skipped + missed }
    }
    case "ScheduleSkipped": {
      const { dueAt, reason, missed } = event.data
      const last = { dueAt, taskId: null, skipped: reason, at }
      return { ...doc, after: dueAt, last, skipped: doc.skipped + missed + 1 }
    }
    default:
      return event satisfies never
  }
}

/** Folds one event of a schedule; undefined for one that is not known. */
export const scheduleDoc = (doc: ScheduleDoc | undefined, event: ScheduleEvent): ScheduleDoc | undefined => {
  const { position } = event
  if (event.type === "ScheduleCreated") {
    const { scheduleId: id, teamId, spec, from } = event.data
    return {
      id,
      teamId,
      spec,
      isPaused: false,
      isDeleted: false,
      after: from,
      last: null,
      fired: 0,
      skipped: 0,
      createdAt: event.at,
      createdBy: event.meta.actor,
      position,
    }
  }
  return doc === undefined ? undefined : { ...change(doc, event), position }
}
