import { chmod, mkdir } from "node:fs/promises"
import { join } from "node:path"

/** As the writer of the team's files makes it: every member may write here, and nobody takes away what another one wrote. */
const CONTEXT_MODE = 0o1777

/**
 * The folder of a team, with the part that its members write. The rest of it is written behind the projection; an agent whose first task
 * comes before that would find no shared folder. Answers with its path. Rejects with what the file system says.
 */
export const makeTeamDir = async (teamsDir: string, teamId: string): Promise<string> => {
  const teamDir = join(teamsDir, teamId)
  const context = join(teamDir, "context")
  const isNew = (await mkdir(context, { recursive: true })) !== undefined
  // The mask of the process took bits away that others need.
  if (isNew) await chmod(context, CONTEXT_MODE)
  return teamDir
}
