export * from "#src/errors.ts"
export * from "#src/port.ts"
