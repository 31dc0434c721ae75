/**
 * Moments of a turn, in their order: the directories are made; the program is started; it has answered the greeting; it has a session; its
 * turn is over; its process is gone; what it leaves is kept and the outcome known.
 */
export const acpStages = ["prepared", "started", "greeted", "session", "answered", "ended", "kept"] as const
export type AcpStage = (typeof acpStages)[number]

/** Hears of each moment as it comes: for measurements. */
export type OnStage = (stage: AcpStage) => void
