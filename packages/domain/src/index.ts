export * from "#src/ids.ts"
export * from "#src/recorded.ts"
