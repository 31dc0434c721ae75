import { createHash } from "node:crypto"
import { comparePositions } from "@muster/domain"
import { ReplyError, type RedisData } from "./redis-data.ts"
import { idText, type Stream } from "./streams.ts"

/** What a script reaches: the data, and the one door through which entries are added (so that readers are woken). */
export interface ScriptHost {
  readonly data: RedisData
  readonly add: (key: string, id: string, fields: readonly string[]) => string
  /** Any command, as `redis.call` does it. */
  readonly call: (command: readonly string[]) => unknown
}

type Script = (host: ScriptHost, keys: readonly string[], args: readonly string[]) => unknown

const key = (keys: readonly string[], index: number) => keys[index] ?? ""

const publish: Script = (
  { data, add },
  keys,
  [generation = "", cap = "", head = "", field = "", after = "", ...pairs],
) => {
  const [inbox, gen] = [key(keys, 0), key(keys, 1)]
  if ((data.text(gen) ?? "") !== generation) return [-1, 0, 0, 0, ""]
  const stream = data.stream(inbox)
  if (stream === undefined || stream.groups.size === 0) return [-2, 0, 0, 0, ""]
  let last = String(stream.last.millis)
  if (stream.last.sequence !== 0 || comparePositions(last, head) > 0) return [-3, 0, 0, 0, idText(stream.last)]
  if (comparePositions(after, last) > 0) return [-2, 0, 0, 0, ""]
  const room = Number(cap) - stream.entries.length
  let [added, duplicates] = [0, 0]
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const position = pairs[i] ?? ""
    if (comparePositions(position, last) <= 0) duplicates += 1
    else if (added >= room) return [1, added, duplicates, added + duplicates, ""]
    else {
      try {
        add(inbox, `${position}-0`, [field, pairs[i + 1] ?? ""])
      } catch (error) {
        if (!(error instanceof ReplyError)) throw error
        return [-4, added, duplicates, added + duplicates, error.message]
      }
      added += 1
      last = position
    }
  }
  return [0, added, duplicates, added + duplicates, ""]
}

const ensureMember: Script = ({ data }, keys, args) => {
  let made = 0
  for (const i of [0, 1]) if (data.makeStream(key(keys, i)).createGroup(args[i] ?? "")) made += 1
  return made
}

const resetMember: Script = ({ data }, keys, [agentGroup = "", dispatcherGroup = ""]) => {
  data.delete(key(keys, 0))
  data.delete(key(keys, 1))
  data.makeStream(key(keys, 0)).createGroup(agentGroup)
  data.makeStream(key(keys, 2)).createGroup(dispatcherGroup)
  return "OK"
}

const inboxState: Script = ({ data }, keys) => {
  const stream: Stream | undefined = data.stream(key(keys, 0))
  if (stream === undefined || stream.groups.size === 0) return ["", 0]
  return [idText(stream.last), stream.entries.length]
}

const controlState: Script = ({ data }, keys) => {
  const stream = data.stream(key(keys, 0))
  if (stream === undefined) return ["", "", 0, 0]
  return [idText(stream.last), stream.entries[0]?.text ?? "", stream.entries.length, stream.everAdded.size]
}

const whereabouts: Script = ({ data }, keys, [group = "", consumer = "", ...positions]) => {
  const stream = data.stream(key(keys, 0))
  const readers = stream?.groups.get(group)
  return positions.map((position) => {
    const id = `${position}-0`
    if (stream === undefined || readers === undefined) return "due"
    if (comparePositions(position, String(stream.last.millis)) > 0) return "due"
    if (stream.find(id) === undefined) return "gone"
    const isUnread = comparePositions(position, String(readers.last.millis)) > 0
    return isUnread || readers.pending.get(id) === consumer ? "waiting" : "taken"
  })
}

const readPresence: Script = ({ data }, keys, [maxBytes = "0"]) =>
  keys.map((one) => {
    const value = data.text(one) ?? ""
    return value.length <= Number(maxBytes) ? value : ""
  })

const quarantine: Script = ({ data }, keys, [group = ""]) => {
  const [inbox, aside] = [key(keys, 0), key(keys, 1)]
  const existed = data.stream(inbox) === undefined ? 0 : 1
  if (existed === 1) data.rename(inbox, aside)
  data.makeStream(inbox).createGroup(group)
  return existed
}

const commands: Script = ({ call }, _keys, args) => {
  const replies: unknown[] = []
  for (let at = 0; at < args.length;) {
    const words = Number(args[at])
    replies.push(call(args.slice(at + 1, at + 1 + words)))
    at += words + 1
  }
  return replies
}

const claim: Script = () => "OK"

/** The guard before a script: it refuses what an owner of the past sends. */
const guarded =
  (script: Script): Script =>
  (host, keys, args) => {
    const [generation = "", epoch = ""] = args.slice(-2)
    const owner = keys.at(-1) ?? ""
    const mine = `${generation} ${epoch}`
    const known = host.data.text(owner)
    if (known !== mine) {
      const [knownGeneration, knownEpoch] = known?.split(" ") ?? []
      if (knownGeneration === generation && knownEpoch !== undefined && comparePositions(knownEpoch, epoch) > 0)
        throw new ReplyError("FENCED a later owner of the team was here")
      host.data.setText(owner, mine)
    }
    return script(host, keys.slice(0, -1), args.slice(0, -2))
  }

/** SHA-1 of each script of the product → what it does. One that was changed is found out: nobody may forget the model. */
const known: ReadonlyMap<string, Script> = new Map([
  ["e303a506b1404e9c6e8da6ff73b9df8b01ae38bf", publish],
  ["c4511d8b2147644ee30d949913a72c6b604e0b39", ensureMember],
  ["560077e845cd5e8aa9bd75d773f54dd2d1ce20c2", resetMember],
  ["0dfdbc743c894c4a67cc03b3cb4a5beed38b7204", inboxState],
  ["94e2e5441cce3558f00b34bb697968261eeac074", controlState],
  ["496d3bd6c3da3d78af403cd5e69afb2de9c9c8d0", whereabouts],
  ["7f17097658a285d00cac3c19239ab75e737d78e9", readPresence],
  ["70e1ed9eaf39132ecafb081d0228e1edfc56c545", quarantine],
  ["c5b734848c047d67dad5ad7d4200b75703c505c9", commands],
  ["3d0c549b5f4cfe8aa90cef63b0a65d57ea9f161a", claim],
])
const GUARD_SHA1 = "51d4d6b01915274cfac7333a6f7d646c915584aa"
/** How the guard ends, and what is put between it and a script. */
const GUARD_END = "\nend\n"

export class UnknownScript extends Error {
  override readonly name = "UnknownScript"
}

export const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex")

const unknown = (text: string): never => {
  throw new UnknownScript(
    `a script of the team bus changed: bring model/redis-scripts.ts up to date. It begins: ${text.slice(0, 120)}`,
  )
}

const find = (text: string): Script => {
  const plain = known.get(sha1(text))
  if (plain !== undefined) return plain
  const end = text.indexOf(GUARD_END) + GUARD_END.length
  if (sha1(text.slice(0, end)) !== GUARD_SHA1) return unknown(text)
  return guarded(known.get(sha1(text.slice(end + 1))) ?? unknown(text.slice(end + 1)))
}

const found = new Map<string, Script>()

/** The script as the model carries it out. Throws UnknownScript when the product's differs from what the model knows. */
export const scriptOf = (text: string): Script => {
  const script = found.get(text) ?? find(text)
  found.set(text, script)
  return script
}
