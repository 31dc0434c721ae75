/** Frames in which a row that was scrolled to is drawn, if it is drawn at all. */
const FRAMES_MAX = 12

/** Puts the focus on the row or card of a task as soon as it is drawn: a list draws what it was scrolled to a frame or two later. */
export function focusTask(taskId: string, frames = FRAMES_MAX): void {
  const row = document.querySelector<HTMLElement>(`[data-task="${CSS.escape(taskId)}"]`)
  if (row !== null) {
    row.focus()
    row.scrollIntoView({ block: "nearest", inline: "nearest" })
    return
  }
  if (frames > 0) requestAnimationFrame(() => focusTask(taskId, frames - 1))
}

/** The task whose row or card has the focus. */
export const focusedTask = (): string | undefined =>
  document.activeElement?.closest<HTMLElement>("[data-task]")?.dataset["task"]
