/**
 * For `ref`: gives an element its title when a pointer comes to it. What a list of many rows says only to who points at it costs nothing
 * until then, and a row that is told of another thing is not styled anew for a title that nobody sees.
 */
export const hinted =
  (text: () => string) =>
  (element: HTMLElement): void =>
    element.addEventListener("pointerenter", () => {
      element.title = text()
    })
