import { type Schema } from "effect"
import type { RecordedEvent } from "#src/recorded.ts"
import { modelEvents } from "#src/events/model.ts"
import { needEvents } from "#src/events/needs.ts"
import { scheduleEvents } from "#src/events/schedule.ts"
import { taskEvents } from "#src/events/task.ts"
import { teamEvents } from "#src/events/team.ts"
import { approvalHash, type AskedAction } from "#src/task/approval.ts"

/** Every type of event there is, with its newest schema number, the shape of its data and what it says. */
export const catalogue = { ...teamEvents, ...needEvents, ...modelEvents, ...scheduleEvents, ...taskEvents } as const

export type EventType = keyof typeof catalogue
export type EventData<T extends EventType> = (typeof catalogue)[T]["data"]["Type"]

/** A fact as the pure core decides it: no id, no clock, no envelope yet. */
export type Fact = { readonly [T in EventType]: { readonly type: T; readonly data: EventData<T> } }[EventType]

/** A recorded event whose type is known and whose data has the newest shape. */
export type KnownEvent = {
  readonly [T in EventType]: Omit<RecordedEvent, "type" | "data"> & { readonly type: T; readonly data: EventData<T> }
}[EventType]

export type TaskEventType = keyof typeof taskEvents
export type ScheduleEventType = keyof typeof scheduleEvents
export type TaskFact = Extract<Fact, { readonly type: TaskEventType }>

export const isTaskEventType = (type: string): type is TaskEventType => Object.hasOwn(taskEvents, type)
export const isScheduleEventType = (type: string): type is ScheduleEventType => Object.hasOwn(scheduleEvents, type)
export const isEventType = (type: string): type is EventType => Object.hasOwn(catalogue, type)

/** Builds a fact; the type parameter ties the data to the type. */
export const fact = <T extends EventType>(type: T, data: EventData<T>): Extract<Fact, { readonly type: T }> =>
  ({ type, data }) as unknown as Extract<Fact, { readonly type: T }>

/** Old shape → next shape, by type and by the schema number it starts from. Entries are never removed. */
export type Upcasters = { readonly [type: string]: { readonly [fromSchema: number]: (data: unknown) => unknown } }

export const upcasters: Upcasters = {
  /** Decisions are bound to the hash of what was asked; it follows from the rest. */
  TaskApprovalRequested: { 1: (data) => ({ ...(data as AskedAction), hash: approvalHash(data as AskedAction) }) },
  /** Decided before that was so. */
  TaskApprovalDecided: { 1: (data) => ({ ...(data as object), hash: null }) },
}

/**
 * Reads a recorded event in its newest shape, or undefined when this version does not know its type (a newer one wrote it):
 * callers show such events as plain rows and never fail on them.
 */
export const asKnown = (event: RecordedEvent, table: Upcasters = upcasters): KnownEvent | undefined => {
  if (!isEventType(event.type)) return undefined
  const newest = catalogue[event.type].schema
  if (event.schema === newest) return event as KnownEvent
  let data = event.data
  for (let schema = event.schema; schema < newest; schema++) {
    const upcast = table[event.type]?.[schema]
    if (upcast === undefined) return undefined
    data = upcast(data)
  }
  return event.schema > newest ? undefined : ({ ...event, schema: newest, data } as KnownEvent)
}

export type DataSchema = Schema.Codec<unknown, unknown>
