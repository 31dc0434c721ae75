/** At most so many at a time; the others wait in their order. Every `take` that resolved is followed by one `give`. */
export const makeTurns = (places: number) => {
  let free = places
  const waiting: (() => void)[] = []
  return {
    take: async (): Promise<void> => {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
    },
    give: (): void => {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    },
  }
}
