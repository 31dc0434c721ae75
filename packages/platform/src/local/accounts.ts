import { readdirSync, readFileSync, statSync } from "node:fs"

/** A numeric account that a server process runs as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * When Muster runs as root, its servers do not: each has a number of its own that no passwd entry names, so nothing else on
 * the machine runs as it. The numbers lie in 60578..61183, which systemd's UIDS-GIDS list leaves unused, and below 65536, which
 * containers map.
 */
export const POSTGRES_ACCOUNT: Account = { uid: 60_717, gid: 60_717 }
export const REDIS_ACCOUNT: Account = { uid: 60_718, gid: 60_718 }

export const isRoot = (): boolean => process.getuid?.() === 0

/** The account for a server: its own number under root, otherwise (undefined) whoever runs us. */
export const serverAccount = (account: Account): Account | undefined => (isRoot() ? account : undefined)

const liveUids = (): ReadonlySet<number> => {
  const uids = new Set<number>()
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    const stat = statSync(`/proc/${name}`, { throwIfNoEntry: false })
    if (stat) uids.add(stat.uid)
  }
  return uids
}

/**
 * `initdb` alone insists on a passwd entry for its uid. It borrows, for about a second on the first start, a listed account under
 * which nothing runs at that moment; what it wrote then changes hands.
 */
export const borrowedListedAccount = (passwd = readFileSync("/etc/passwd", "utf8")): Account | undefined => {
  const busy = liveUids()
  const listed = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 && !busy.has(uid))
  const preferred = ["postgres", "nobody"].map((name) => listed.find((entry) => entry.name === name))
  return preferred.find((entry) => entry !== undefined) ?? listed[0]
}
