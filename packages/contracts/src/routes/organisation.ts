import {
  list,
  Accepted,
  Session,
  ExchangeRequest,
  HaltRequest,
  OrganisationDoc,
  ReleaseRequest,
  Empty,
} from "#src/http-bodies.ts"
import { route } from "#src/routes/route.ts"
import { UserDoc } from "#src/views.ts"

export const organisationRoutes = {
  exchangeCode: route({
    method: "POST",
    path: "/session",
    action: "public",
    summary: "Exchange a one-time code for a session cookie",
    body: ExchangeRequest,
    reply: Session,
    status: 200,
  }),
  readSession: route({
    method: "GET",
    path: "/session",
    action: "session.read",
    summary: "Who am I",
    reply: Session,
    status: 200,
  }),
  endSession: route({
    method: "DELETE",
    path: "/session",
    action: "session.read",
    summary: "Sign out",
    reply: Empty,
    status: 200,
  }),
  listPeople: route({
    method: "GET",
    path: "/people",
    action: "session.read",
    summary: "People of the organisation",
    reply: list(UserDoc),
    status: 200,
  }),
  readOrganisation: route({
    method: "GET",
    path: "/organisation",
    action: "organisation.read",
    summary: "The organisation and its kill switch",
    reply: OrganisationDoc,
    status: 200,
  }),
  haltOrganisation: route({
    method: "POST",
    path: "/organisation/halt",
    action: "organisation.halt",
    summary: "Kill switch: stop assigning in all teams and cancel all that runs",
    body: HaltRequest,
    reply: Accepted,
    status: 202,
  }),
  releaseOrganisation: route({
    method: "POST",
    path: "/organisation/release",
    action: "organisation.halt",
    summary: "Lift the kill switch of the organisation",
    body: ReleaseRequest,
    reply: Accepted,
    status: 202,
  }),
} as const
