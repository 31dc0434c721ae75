/**
 * Histories that once broke a promise: they are always played first. What a seed plays changes with the generator; what it found is kept by tests of
 * the module, or by a planted bug.
 */
export const knownSeeds: readonly number[] = [
  // A word to stop was lost with the bus, and the agent kept the slot for ever.
  194, 218,
  // A word to go on was lost with the bus, and paused work stood still until its time limit was enforced.
  41_057,
  // An assignment was learned of while a later one was on its way into the inbox, and was never delivered.
  41_098,
  // The reader of reports made a lost inbox anew, and nobody filled it: what was held waited for the end of its lease.
  100_901, 102_959,
  // An acknowledgement for the incarnation before it swallowed a report of an agent.
  101_955,
  // A question could not be told while the bus was away, and its wait was counted as work.
  103_358,
  // A process had published a later assignment and not known of an earlier one: its successor took the earlier one for delivered.
  750_071,
  // The word to stop lay in a control stream that was lost alone, and the agent went on.
  20_778_008_053,
  // An agent that had been replaced took work from the inbox before it knew, and what it gave back was not heard: the work counted as waiting for ever.
  20_778_007_375,
  // The bus was lost, and work was taken back because it was not in the new inbox, which nobody had been able to fill yet.
  20_778_008_810,
  // An answer lay in a control stream that was lost alone, and the agent waited for it until its time was over.
  20_778_000_157,
]
