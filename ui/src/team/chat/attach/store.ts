import { fileNameOf } from "@muster/domain"
import type { Attachment } from "@muster/domain"
import { createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { v7 } from "uuid"
import { failureOf, failureText } from "#src/api/failure.ts"
import { uploadFile } from "#src/api/upload.ts"
import type { Upload } from "#src/api/upload.ts"
import { createPreference } from "#src/lib/preferences.ts"
import { UPLOADS_AT_ONCE } from "#src/limits.ts"
import { admitted, asFiles, filesOf, isComplete } from "#src/team/chat/attach/model.ts"
import type { AttachItem, AttachState, Refusal } from "#src/team/chat/attach/model.ts"

/** The files beside a message that is being written. Those that are there survive a reload. */
export interface Attachments {
  readonly items: Accessor<ReadonlyArray<AttachItem>>
  /** What was not taken of the last files that were offered. */
  readonly refused: Accessor<ReadonlyArray<Refusal>>
  readonly isComplete: Accessor<boolean>
  readonly files: Accessor<ReadonlyArray<Attachment>>
  readonly add: (files: ReadonlyArray<File>) => void
  /** Puts in files that are at the team already, such as those of a message. */
  readonly adopt: (files: ReadonlyArray<Attachment>) => void
  /** Takes one away; what is on its way is broken off. */
  readonly remove: (key: string) => void
  readonly retry: (key: string) => void
  /** All were sent, or none is wanted. */
  readonly clear: () => void
}

const itemOf = (file: Attachment): AttachItem => ({
  key: v7(),
  name: file.name,
  size: file.size,
  state: { kind: "there", file },
})

/**
 * @param place what the draft belongs to: a team, or a team and a member
 * @param upload how a file leaves; for tests
 */
export function createAttachments(teamId: string, place: string, upload: Upload = uploadFile): Attachments {
  const kept = createPreference(`chat.files.${place}`, [] as ReadonlyArray<Attachment>, asFiles)
  const [items, setItems] = createSignal<ReadonlyArray<AttachItem>>(kept.value().map(itemOf))
  const [refused, setRefused] = createSignal<ReadonlyArray<Refusal>>([])
  const sources = new Map<string, File>()
  const running = new Map<string, AbortController>()

  const change = (next: (items: ReadonlyArray<AttachItem>) => ReadonlyArray<AttachItem>): void => {
    setItems(next)
    kept.set(filesOf(items()))
  }
  const setState = (key: string, state: AttachState): void =>
    change((all) => all.map((item) => (item.key === key ? { ...item, state } : item)))

  const send = async (item: AttachItem, source: File): Promise<void> => {
    const stop = new AbortController()
    running.set(item.key, stop)
    setState(item.key, { kind: "sending", sentBytes: 0 })
    try {
      const { position: _, ...file } = await upload(teamId, source, item.name, {
        idempotencyKey: item.key,
        signal: stop.signal,
        onProgress: (sentBytes) => {
          if (!stop.signal.aborted) setState(item.key, { kind: "sending", sentBytes })
        },
      })
      sources.delete(item.key)
      setState(item.key, { kind: "there", file })
    } catch (error) {
      if (!stop.signal.aborted) setState(item.key, { kind: "failed", reason: failureText(failureOf(error)) })
    } finally {
      running.delete(item.key)
      next()
    }
  }
  /** Begins with the next ones that wait, a few at a time. */
  const next = (): void => {
    for (const item of items()) {
      if (running.size >= UPLOADS_AT_ONCE) return
      const source = sources.get(item.key)
      if (item.state.kind === "waiting" && source !== undefined) void send(item, source)
    }
  }
  const stopAll = (): void => {
    for (const stop of running.values()) stop.abort()
    sources.clear()
  }
  onCleanup(stopAll)

  return {
    items,
    refused,
    isComplete: () => isComplete(items()),
    files: () => filesOf(items()),
    add: (files) => {
      const { taken, refused: not } = admitted(items().length, files)
      setRefused(not)
      const added = taken.map((file): AttachItem => {
        const key = v7()
        sources.set(key, file)
        return { key, name: fileNameOf(file.name), size: file.size, state: { kind: "waiting" } }
      })
      change((all) => [...all, ...added])
      next()
    },
    adopt: (files) => {
      const known = new Set(filesOf(items()).map(({ sha256, name }) => `${sha256} ${name}`))
      const fresh = files.filter(({ sha256, name }) => !known.has(`${sha256} ${name}`))
      const { taken, refused: not } = admitted(items().length, fresh)
      setRefused(not)
      change((all) => [...all, ...taken.map(itemOf)])
    },
    remove: (key) => {
      running.get(key)?.abort()
      sources.delete(key)
      setRefused([])
      change((all) => all.filter((item) => item.key !== key))
    },
    retry: (key) => {
      setState(key, { kind: "waiting" })
      next()
    },
    clear: () => {
      stopAll()
      setRefused([])
      change(() => [])
    },
  }
}
