import type { timelineTexts as En } from "#src/i18n/en/timeline.ts"

/** Texts of the scrubber, of bookmarks, of comparing and of exported histories, in simplified Chinese. */
export const timelineTexts: Readonly<Record<keyof typeof En, string>> = {
  "event.TeamBookmarkAdded": "命名了一个时刻：{{ name }}",
  "event.TeamBookmarkRemoved": "一个时刻的名称被移除",
}
