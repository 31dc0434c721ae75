import { run, runMany } from "#src/commands.ts"
import { BUS_USER_PREFIX, keys, type MemberRef } from "#src/keys.ts"
import type { Link } from "#src/link.ts"

/** One incarnation's user. Only a hash of its password is ever known here. */
export interface BusUser extends MemberRef {
  readonly incarnation: string
  /** Starts with "muster-"; see `busUsername`. */
  readonly username: string
  /** SHA-256 of the password, 64 hexadecimal digits. */
  readonly passwordSha256: string
}

export interface Acl {
  /** Makes the user, or sets its rights anew. Connections of a user that exists stay. */
  readonly grant: (user: BusUser) => Promise<void>
  /** Deletes the user and ends its connections. */
  readonly revoke: (username: string) => Promise<void>
  /**
   * Makes the users of the bus those that `wanted` answers with. The users there are read first: one that was granted
   * meanwhile is left alone.
   */
  readonly reconcile: (
    wanted: () => Promise<readonly BusUser[]>,
  ) => Promise<{ readonly granted: number; readonly revoked: number }>
}

/**
 * A member may read and acknowledge its inbox, read its control stream, add to its outbox, set its presence and read the
 * team's generation; it may not touch any other key, and no command that names none (KEYS, SCAN, FLUSHALL, EVAL, CONFIG).
 * CLIENT SETINFO is not named: Redis before 7.2 does not know it and would refuse the whole rule.
 */
export const aclRules = (user: BusUser): readonly string[] => [
  "reset",
  "on",
  `#${user.passwordSha256}`,
  "resetchannels",
  "-@all",
  "+ping",
  "+hello",
  "+auth",
  "+client|setname",
  `(+xreadgroup +xack ~${keys.inbox(user)})`,
  `(+xread %R~${keys.control(user)})`,
  `(+xadd %W~${keys.outbox(user)})`,
  `(+set %W~${keys.presence(user)})`,
  `(+get %R~${keys.generation(user.teamId)})`,
]

const grantCommand = (user: BusUser) => ["acl", "SETUSER", user.username, ...aclRules(user)] as const

export const makeAcl = (commands: Link): Acl => {
  const revokeAll = async (usernames: readonly string[]) => {
    if (usernames.length === 0) return
    // Ends their connections as well; a user that is gone already is no error.
    await run(commands, (redis) => redis.acl("DELUSER", ...usernames))
  }
  return {
    grant: async (user) => {
      await runMany(commands, [grantCommand(user)])
    },
    revoke: (username) => revokeAll([username]),
    reconcile: async (fetchWanted) => {
      const present = new Set(await run(commands, (redis) => redis.acl("USERS")))
      const wanted = await fetchWanted()
      const names = new Set(wanted.map((user) => user.username))
      // Those that are there are set anew as well: their rules may be those of an older version.
      await runMany(commands, wanted.map(grantCommand))
      const unwanted = [...present].filter((name) => name.startsWith(BUS_USER_PREFIX) && !names.has(name))
      await revokeAll(unwanted)
      // Whoever was revoked between the asking and the granting (this process may have been paused in between) goes again.
      const stillWanted = new Set((await fetchWanted()).map((user) => user.username))
      await revokeAll([...names].filter((name) => !stillWanted.has(name)))
      return { granted: wanted.filter((user) => !present.has(user.username)).length, revoked: unwanted.length }
    },
  }
}
