export { rotateKurrentGeneration } from "#src/kurrentdb/generation.ts"
export { layerKurrent } from "#src/kurrentdb/layer.ts"
export { type KurrentEventStore, type KurrentEventStoreOptions, openKurrentEventStore } from "#src/kurrentdb/store.ts"
