import { commands } from "#src/api/commands.ts"
import { may } from "#src/session/may.ts"
import type { Bookmarks } from "#src/team/bookmarks.ts"
import type { TeamSource } from "#src/team/source.ts"

/** The bookmarks of a live team, for the pages below it. */
export function bookmarksOf(team: TeamSource): Bookmarks {
  const params = { team: team.teamId }
  const isOffered = () => may("bookmark.manage") && team.view.team?.isArchived === false
  return {
    list: () => team.view.team?.bookmarks ?? [],
    get add() {
      return isOffered()
        ? async (moment: string, name: string) => {
            await commands.addBookmark({ params, body: { moment, name } })
          }
        : undefined
    },
    get remove() {
      return isOffered()
        ? async (bookmark: string) => {
            await commands.removeBookmark({ params: { ...params, bookmark }, body: {} })
          }
        : undefined
    },
  }
}
