import { wallMillis } from "../engine/globals.ts"
import { ReplyError, type RedisData } from "./redis-data.ts"
import { scriptOf, sha1, type ScriptHost } from "./redis-scripts.ts"

/** A command as it is sent: everything text. */
export type Command = readonly string[]

export interface CommandHost extends ScriptHost {
  readonly data: RedisData
  readonly scripts: Map<string, string>
  readonly runId: string
  /** Entries were taken off a stream. */
  readonly removed: (key: string, ids: readonly string[]) => void
  /** A stream is gone: who waits for it as a member of a group is told. */
  readonly gone: (key: string) => void
  readonly dropUser: (name: string) => void
  readonly clientId: number
  readonly unblock: (clientId: number) => number
}

const at = (command: Command, index: number): string => command[index] ?? ""

const addEntry = (host: CommandHost, command: Command): string => {
  const start = at(command, 2).toUpperCase() === "MAXLEN" ? 5 : 2
  return host.add(at(command, 1), at(command, start), command.slice(start + 1))
}

const acknowledge = ({ data }: CommandHost, [, key = "", group = "", ...ids]: Command): number => {
  const pending = data.stream(key)?.groups.get(group)?.pending
  return ids.filter((id) => pending?.delete(id) === true).length
}

const deleteEntries = (host: CommandHost, [, key = "", ...ids]: Command): number => {
  const stream = host.data.stream(key)
  const removed = ids.filter((id) => stream?.remove(id) !== undefined)
  host.removed(key, removed)
  return removed.length
}

const deleteKeys = (host: CommandHost, keys: readonly string[]): number => {
  let deleted = 0
  for (const key of keys) {
    const isStream = host.data.stream(key) !== undefined
    if (!host.data.delete(key)) continue
    deleted += 1
    if (isStream) host.gone(key)
  }
  return deleted
}

const consumers = ({ data }: CommandHost, key: string, group: string): readonly (readonly string[])[] => {
  const of = data.stream(key)?.groups.get(group)
  if (of === undefined) throw new ReplyError("ERR no such key")
  return [...of.consumers].map((name) => ["name", name, "pending", "0"])
}

const deleteConsumer = ({ data }: CommandHost, key: string, group: string, consumer: string): number => {
  const of = data.stream(key)?.groups.get(group)
  if (of === undefined) throw new ReplyError(`NOGROUP No such consumer group '${group}' for key name '${key}'`)
  of.consumers.delete(consumer)
  for (const [id, owner] of of.pending) if (owner === consumer) of.pending.delete(id)
  return 1
}

const manageUsers = (host: CommandHost, [, verb = "", ...names]: Command): unknown => {
  const { users } = host.data
  switch (verb.toUpperCase()) {
    case "SETUSER":
      users.add(names[0] ?? "")
      return "OK"
    case "DELUSER": {
      const dropped = names.filter((name) => users.delete(name))
      for (const name of dropped) host.dropUser(name)
      return dropped.length
    }
    case "USERS":
      return ["default", ...users]
    default:
      throw new ReplyError(`ERR unknown subcommand '${verb}'`)
  }
}

const runScript = (host: CommandHost, text: string, [, , count = "0", ...rest]: Command): unknown => {
  const keys = rest.slice(0, Number(count))
  const before = keys.filter((key) => host.data.stream(key) !== undefined)
  const streams = before.map((key) => host.data.stream(key))
  const reply = scriptOf(text)(host, keys, rest.slice(Number(count)))
  // A stream that was replaced within the script is another one to those who wait for it.
  for (const [i, key] of before.entries()) if (host.data.stream(key) !== streams[i]) host.gone(key)
  return reply
}

/** Carries out one command that does not wait. Throws ReplyError for what the server refuses. */
export const execute = (host: CommandHost, command: Command): unknown => {
  const { data } = host
  const name = at(command, 0).toLowerCase()
  const key = at(command, 1)
  switch (name) {
    case "ping":
      return "PONG"
    case "xadd":
      return addEntry(host, command)
    case "xack":
      return acknowledge(host, command)
    case "xdel":
      return deleteEntries(host, command)
    case "xrange": {
      const entry = data.stream(key)?.find(at(command, 2))
      return entry === undefined ? [] : [[entry.text, entry.fields]]
    }
    case "xinfo":
      return consumers(host, at(command, 2), at(command, 3))
    case "xgroup":
      return deleteConsumer(host, at(command, 2), at(command, 3), at(command, 4))
    case "del":
    case "unlink":
      return deleteKeys(host, command.slice(1))
    case "get":
      return data.text(key) ?? null
    case "set":
      data.setText(key, at(command, 2), at(command, 3).toUpperCase() === "PX" ? Number(at(command, 4)) : undefined)
      return "OK"
    case "info":
      return `# Server\r\nrun_id:${host.runId}\r\nuptime_in_seconds:${wallMillis()}\r\n`
    case "acl":
      return manageUsers(host, command)
    case "client":
      return key.toUpperCase() === "ID" ? host.clientId : host.unblock(Number(at(command, 2)))
    case "eval":
      host.scripts.set(sha1(key), key)
      return runScript(host, key, command)
    case "evalsha": {
      const text = host.scripts.get(key)
      if (text === undefined) throw new ReplyError("NOSCRIPT No matching script. Please use EVAL.")
      return runScript(host, text, command)
    }
    default:
      throw new TypeError(`the model of Redis does not know the command ${name}`)
  }
}
