import Cpu from "lucide-solid/icons/cpu"
import Inbox from "lucide-solid/icons/inbox"
import Users from "lucide-solid/icons/users"
import { t } from "#src/i18n/index.ts"
import type { Icon } from "#src/parts/icon-button.tsx"
import { needsTotal } from "#src/needs/state.ts"
import { may } from "#src/session/may.ts"

/** A place of the workspace that one can always go to. */
export interface Destination {
  readonly href: string
  readonly label: string
  readonly icon: Icon
  /** Active on this address alone, not on those below it. */
  readonly end?: boolean
  /** How many things wait there; shown where it is more than none. */
  readonly count?: number
}

/** The places that this person may go to, in the order of the rail. On a phone the first ones are the bottom bar. */
export const destinations = (): ReadonlyArray<Destination> => [
  { href: "/", label: t("nav.needs-you"), icon: Inbox, end: true, count: needsTotal() ?? 0 },
  { href: "/teams", label: t("nav.teams"), icon: Users, end: true },
  ...(may("model.read") ? [{ href: "/models", label: t("nav.models"), icon: Cpu }] : []),
]
