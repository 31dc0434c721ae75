import { ATTACHMENT_MAX_BYTES, AttachmentName, Sha256 } from "@muster/domain"
import { key, UploadedFile } from "#src/http-bodies.ts"
import { P, route, team } from "#src/routes/route.ts"

export const filesRoutes = {
  uploadFile: route({
    method: "POST",
    path: "/teams/:team/files",
    action: "file.upload",
    summary: "Put a file beside the team, to be named in messages and tasks",
    params: P(team),
    query: P({ name: AttachmentName }),
    bodyMaxBytes: ATTACHMENT_MAX_BYTES,
    reply: UploadedFile,
    status: 201,
  }),
  readFile: route({
    method: "GET",
    path: "/teams/:team/files/:sha256",
    action: "file.read",
    summary: "Download a file that was uploaded to the team",
    params: P({ ...team, sha256: Sha256 }),
    query: P({ name: key(AttachmentName) }),
    status: 200,
  }),
} as const
