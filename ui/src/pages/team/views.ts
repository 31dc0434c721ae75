/** The screens of one team, in the order of their links. */
export const TEAM_VIEWS = ["live", "tasks", "results", "schedules", "history", "replay", "settings"] as const
export type TeamView = (typeof TEAM_VIEWS)[number]

export const teamViewPath = (teamId: string, view: TeamView): string => `/teams/${encodeURIComponent(teamId)}/${view}`
