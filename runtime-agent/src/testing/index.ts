export { runtimeConformance, type ConformanceScripts, type Script } from "#src/testing/conformance.ts"
export { recordingHost, type RecordingHost } from "#src/testing/recording-host.ts"
export { installScriptedAgent } from "#src/testing/scripted-agent/install.ts"
export { type ScriptedStep, scriptText } from "#src/testing/scripted-agent/script.ts"
