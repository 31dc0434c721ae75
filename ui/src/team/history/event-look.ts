import type { EventType } from "@muster/domain"
import { isEventType } from "@muster/domain"
import type { Tone } from "#src/parts/badge.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import type { Shape } from "#src/parts/state-table.ts"

export interface EventLook {
  readonly tone: Tone
  readonly shape: Shape
}

const NEUTRAL: EventLook = { tone: "neutral", shape: SHAPES.ring }
const STILL_HALF: Shape = { ...SHAPES.half, isSpinning: false }

/** Events that change a state look as the state does; all others are neutral. */
const LOOKS: Readonly<Partial<Record<EventType, EventLook>>> = {
  TaskDispatched: { tone: "neutral", shape: SHAPES.ring },
  TaskAssigned: { tone: "info", shape: SHAPES.arrow },
  TaskStarted: { tone: "info", shape: STILL_HALF },
  TaskProgressed: { tone: "info", shape: STILL_HALF },
  TaskStepRecorded: { tone: "neutral", shape: SHAPES.disc },
  TaskChildDispatched: { tone: "info", shape: SHAPES.arrow },
  TaskQuestionAsked: { tone: "warning", shape: SHAPES.triangle },
  TaskQuestionAnswered: { tone: "info", shape: SHAPES.arrow },
  TaskApprovalRequested: { tone: "warning", shape: SHAPES.diamond },
  TaskApprovalDecided: { tone: "info", shape: SHAPES.arrow },
  TaskSteered: { tone: "info", shape: SHAPES.arrow },
  TaskReassigned: { tone: "info", shape: SHAPES.arrow },
  TaskPaused: { tone: "neutral", shape: SHAPES.bars },
  TaskSucceeded: { tone: "success", shape: SHAPES.check },
  TaskRetryScheduled: { tone: "warning", shape: SHAPES.again },
  TaskFailed: { tone: "danger", shape: SHAPES.cross },
  TaskLeaseExpired: { tone: "warning", shape: SHAPES.question },
  TaskCancelRequested: { tone: "neutral", shape: SHAPES.stop },
  TaskCancelled: { tone: "neutral", shape: SHAPES.slashedRing },
  TaskExpired: { tone: "danger", shape: SHAPES.hourglass },
  TaskDeadLettered: { tone: "danger", shape: SHAPES.octagon },
  TaskRetried: { tone: "info", shape: SHAPES.again },
  TaskRedriven: { tone: "info", shape: SHAPES.again },
  TeamPaused: { tone: "neutral", shape: SHAPES.bars },
  TeamDrainStarted: { tone: "neutral", shape: SHAPES.bars },
  TeamHalted: { tone: "danger", shape: SHAPES.octagon },
  TeamReleased: { tone: "success", shape: SHAPES.check },
  OrganisationHalted: { tone: "danger", shape: SHAPES.octagon },
  OrganisationReleased: { tone: "success", shape: SHAPES.check },
  MemberDrainStarted: { tone: "neutral", shape: SHAPES.bars },
  MemberStopOrdered: { tone: "danger", shape: SHAPES.stop },
  ScheduleFired: { tone: "info", shape: SHAPES.arrow },
  ScheduleSkipped: { tone: "warning", shape: SHAPES.hourglass },
  MemberPaused: { tone: "neutral", shape: SHAPES.bars },
  MemberPresent: { tone: "success", shape: SHAPES.disc },
  MemberAbsent: { tone: "neutral", shape: SHAPES.ring },
  MemberBlocked: { tone: "warning", shape: SHAPES.triangle },
  MemberUnblocked: { tone: "success", shape: SHAPES.disc },
  MemberInboxQuarantined: { tone: "warning", shape: SHAPES.triangle },
  MemberEntryDeadLettered: { tone: "warning", shape: SHAPES.octagon },
  BusRebuilt: { tone: "warning", shape: SHAPES.again },
}

export const eventLook = (type: string): EventLook => (isEventType(type) ? (LOOKS[type] ?? NEUTRAL) : NEUTRAL)
