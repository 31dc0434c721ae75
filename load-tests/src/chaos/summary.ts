/** The last line of a run. */
export interface Summary {
  readonly faults: number
  readonly acknowledged: number
  /** Tasks that were acknowledged and had no outcome when a fault began: the fewest of all faults. */
  readonly inFlightAtFaultMin: number
  readonly lost: number
  readonly doubled: number
  /** The read models that lived through it are those of a replay from zero, byte for byte. */
  readonly replayEqual: boolean
  /** From the end of a fault to the first outcome recorded after it: the longest. */
  readonly recoveryMillisMax: number
  readonly seed: number
  readonly kinds: number
  /** Kinds that this machine does not allow. */
  readonly leftOut: readonly string[]
  /** From the last fault until every acknowledged task had its outcome. */
  readonly quietMillis: number
  readonly seconds: number
}

/** Whether everything was as promised. `problems` are those that no number of the summary tells. */
export const isGood = ({ lost, doubled, replayEqual }: Summary, problems: readonly string[]): boolean =>
  lost === 0 && doubled === 0 && replayEqual && problems.length === 0
