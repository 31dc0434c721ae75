export * from "#src/errors.ts"
export * from "#src/limits.ts"
export * from "#src/port.ts"
