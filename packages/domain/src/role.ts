import { Schema } from "effect"

/** What a person may do in an organisation. Each role has all rights of the ones after it. */
export const Role = Schema.Literals(["owner", "operator", "viewer"])
export type Role = typeof Role.Type
