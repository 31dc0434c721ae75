import type { Mood } from "../fake-answers.ts"

/** A page of the dashboard and the looks in which it is judged. */
export interface Visit {
  /** As it stands in src/routes.tsx, with those above it. */
  readonly pattern: string
  /** Its address, when it is not the pattern with the team's id in it. More where a page has several faces: they are judged full. */
  readonly paths?: ReadonlyArray<string>
  readonly moods: ReadonlyArray<Mood>
}

/** Pages that ask the server for what they show. */
const ASKING: ReadonlyArray<Mood> = ["full", "empty", "loading", "error"]
/** Pages that show the same whatever the server has. */
const STILL: ReadonlyArray<Mood> = ["full"]

/** Every route of src/routes.tsx. test/browser/matrix/routes.test.ts fails when one is missing here. */
export const VISITS: ReadonlyArray<Visit> = [
  { pattern: "/signin", moods: STILL },
  { pattern: "/", paths: ["/", "/?group=team"], moods: ASKING },
  { pattern: "/teams", moods: ASKING },
  { pattern: "/teams/new", moods: STILL },
  { pattern: "/models", moods: ASKING },
  { pattern: "/replay/file", moods: STILL },
  { pattern: "/me/appearance", moods: STILL },
  { pattern: "/me/keys", moods: STILL },
  { pattern: "/me/notifications", moods: STILL },
  { pattern: "/me/tokens", moods: ASKING },
  { pattern: "/teams/:id/live", moods: ASKING },
  {
    pattern: "/teams/:id/tasks",
    paths: [
      "/teams/:id/tasks",
      "/teams/:id/tasks?state=open&group=member",
      "/teams/:id/tasks?view=board",
      "/teams/:id/tasks?view=timeline",
      "/teams/:id/tasks?tab=dead",
    ],
    moods: ASKING,
  },
  { pattern: "/teams/:id/results", moods: ASKING },
  { pattern: "/teams/:id/schedules", moods: ASKING },
  { pattern: "/teams/:id/history", moods: ASKING },
  { pattern: "/teams/:id/replay", moods: ASKING },
  { pattern: "/teams/:id/settings", moods: ASKING },
  { pattern: "/kit", moods: STILL },
  // Addresses that lead nowhere, and to a team that is not there.
  { pattern: "*", paths: ["/nowhere", "/teams/0199c000-0000-7000-8000-0000000000ff/live"], moods: STILL },
]

/** The addresses of a visit, for a team. */
export const pathsOf = ({ pattern, paths = [pattern] }: Visit, teamId: string): ReadonlyArray<string> =>
  paths.map((path) => path.replace(":id", teamId))

/** Each address of a visit with the looks in which it is judged. */
export const facesOf = (visit: Visit, teamId: string): ReadonlyArray<{ readonly path: string; readonly mood: Mood }> =>
  pathsOf(visit, teamId).flatMap((path, index) => (index === 0 ? visit.moods : STILL).map((mood) => ({ path, mood })))
