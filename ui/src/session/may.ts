import { policy } from "@muster/domain"
import type { Action } from "@muster/domain"
import { signedIn } from "#src/session/session.ts"

/** Whether the person's role allows an action: what is not allowed is not offered. The server decides in the end. */
export function may(action: Action): boolean {
  const role = signedIn()?.user.role
  return role !== undefined && (policy[action] as ReadonlyArray<string>).includes(role)
}
