// In the place of the dispatcher's own maker of ids, which asks the system for chance.
export { v7 as newId } from "./uuid.ts"
