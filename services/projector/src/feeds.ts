const TEAM_FEED = /^team:(.+)$/u

/** The team whose feed this is; undefined for other feeds. */
export const teamOfFeed = (feedId: string): string | undefined => TEAM_FEED.exec(feedId)?.[1]
