export { runtimeConformance, type ConformanceScripts, type Script } from "#src/testing/conformance.ts"
export { recordingHost, type RecordingHost } from "#src/testing/recording-host.ts"
