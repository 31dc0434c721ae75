import { rounded } from "../statistics.ts"
import { FUNCTIONS_SHOWN, PARTS_SHOWN } from "./limits.ts"

interface Frame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/** A profile as V8 writes it: a tree of calls, and which of its nodes was on top at each sample. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

export interface Share {
  readonly what: string
  /** Of the time in which the process did something, without the loading of its modules. */
  readonly percent: number
}

/** Where the first threads of one kind of process spent their time. */
export interface ProcessProfile {
  readonly process: string
  readonly busySeconds: number
  /** By the part of the product that asked for it: what a library or the runtime does is its caller's. */
  readonly parts: readonly Share[]
  readonly functions: readonly Share[]
}

const MICROS_PER_SECOND = 1e6
const IDLE: ReadonlySet<string> = new Set(["(idle)"])
const LOADING = /^node:internal\/(?:modules|main|deps\/amaro|bootstrap)\//u
const OWN = /\/((?:packages|services)\/[^/]+|runtime-agent|load-tests)\/(?!node_modules)(.*)$/u
const RUNTIME = "runtime"

/** The part of the product that a file is of, and the file in it. */
const ownOf = (url: string): { readonly part: string; readonly file: string } | undefined => {
  if (url.includes("/node_modules/")) return undefined
  const [, part, file] = OWN.exec(url) ?? []
  return part === undefined || file === undefined ? undefined : { part, file }
}

const nameOf = ({ functionName, url, lineNumber }: Frame): string => {
  const name = functionName === "" ? "(unnamed)" : functionName
  const own = ownOf(url)
  if (own !== undefined) return `${name} (${own.part}/${own.file}:${lineNumber + 1})`
  const library = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(url)?.[1]
  if (library !== undefined) return `${name} (${library})`
  return url === "" ? name : `${name} (${url})`
}

const add = (sums: Map<string, number>, key: string, micros: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + micros)
}

const shares = (sums: ReadonlyMap<string, number>, total: number, count: number): readonly Share[] =>
  [...sums]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([what, micros]) => ({ what, percent: rounded((100 * micros) / total, 3) }))

/** Sums up the profiles of processes of one kind. */
export const sumUp = (process: string, profiles: readonly CpuProfile[]): ProcessProfile => {
  const parts = new Map<string, number>()
  const functions = new Map<string, number>()
  let busyMicros = 0
  for (const { nodes, samples, timeDeltas } of profiles) {
    const byId = new Map(nodes.map((node) => [node.id, node]))
    const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
    const micros = new Map<number, number>()
    for (const [index, id] of samples.entries()) micros.set(id, (micros.get(id) ?? 0) + (timeDeltas[index] ?? 0))
    for (const [id, spent] of micros) {
      const frames: Frame[] = []
      for (let at: number | undefined = id; at !== undefined; at = parentOf.get(at)) {
        const frame = byId.get(at)?.callFrame
        if (frame !== undefined) frames.push(frame)
      }
      const [top] = frames
      if (top === undefined || IDLE.has(top.functionName)) continue
      if (frames.some(({ url }) => LOADING.test(url))) continue
      busyMicros += spent
      const owner = frames.map(({ url }) => ownOf(url)).find((own) => own !== undefined)
      const unowned = top.functionName === "(garbage collector)" ? "garbage collection" : RUNTIME
      add(parts, owner?.part ?? unowned, spent)
      add(functions, nameOf(top), spent)
    }
  }
  const total = Math.max(1, busyMicros)
  return {
    process,
    busySeconds: rounded(busyMicros / MICROS_PER_SECOND, 3),
    parts: shares(parts, total, PARTS_SHOWN),
    functions: shares(functions, total, FUNCTIONS_SHOWN),
  }
}
