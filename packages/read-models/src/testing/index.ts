export { makeFold } from "#src/testing/fold.ts"
