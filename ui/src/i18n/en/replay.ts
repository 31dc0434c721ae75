/** Texts of the replay. */
export const replayTexts = {
  "replay.title": "Replay",
} as const
