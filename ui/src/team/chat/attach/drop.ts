import { createSignal } from "solid-js"
import type { Accessor } from "solid-js"

export interface DropTarget {
  /** Files are held over it. */
  readonly isOver: Accessor<boolean>
  readonly handlers: {
    readonly onDragEnter: (event: DragEvent) => void
    readonly onDragOver: (event: DragEvent) => void
    readonly onDragLeave: (event: DragEvent) => void
    readonly onDrop: (event: DragEvent) => void
  }
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true

/** A place to drop files on. Anything else that is dragged over it is left to the browser. */
export function createDropTarget(isAllowed: () => boolean, take: (files: ReadonlyArray<File>) => void): DropTarget {
  /** Each element below that is entered and not left yet. */
  const [depth, setDepth] = createSignal(0)
  const isOurs = (event: DragEvent): boolean => hasFiles(event) && isAllowed()
  return {
    isOver: () => depth() > 0,
    handlers: {
      onDragEnter: (event) => {
        if (isOurs(event)) setDepth((before) => before + 1)
      },
      onDragOver: (event) => {
        if (isOurs(event)) event.preventDefault()
      },
      onDragLeave: (event) => {
        if (isOurs(event)) setDepth((before) => Math.max(0, before - 1))
      },
      onDrop: (event) => {
        setDepth(0)
        if (!isOurs(event)) return
        event.preventDefault()
        take([...(event.dataTransfer?.files ?? [])])
      },
    },
  }
}
