/** How tasks are laid out, and by what they are grouped. Both stand in the address. */
export const TASK_LAYOUTS = ["list", "board", "timeline"] as const
export type TaskLayout = (typeof TASK_LAYOUTS)[number]

export const TASK_GROUPS = ["state", "member", "parent"] as const
export type TaskGroup = (typeof TASK_GROUPS)[number]

type Search = Readonly<Record<string, unknown>>

/** Reads the layout from the address; what makes no sense there counts as absent. */
export const layoutFrom = (search: Search): TaskLayout =>
  TASK_LAYOUTS.find((layout) => layout === search["view"]) ?? "list"

/** Undefined: not grouped. A board is always grouped, by state unless told. */
export const groupFrom = (search: Search): TaskGroup | undefined =>
  TASK_GROUPS.find((group) => group === search["group"])
