/** Texts of the scrubber, of bookmarks, of comparing and of exported histories. */
export const timelineTexts = {
  "event.TeamBookmarkAdded": "Moment named: {{ name }}",
  "event.TeamBookmarkRemoved": "The name of a moment was taken away",
} as const
