export { driverConformance, type Behaviour, type DriverWorld } from "#src/testing/conformance.ts"
