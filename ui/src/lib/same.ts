/** Whether two lists hold the same things in the same order. As `equals` of a memo: what shows the list is made anew only when it is another. */
export const areSame = <A>(a: ReadonlyArray<A>, b: ReadonlyArray<A>): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index])
