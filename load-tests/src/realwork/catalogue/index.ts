import type { Repository } from "../repository/make.ts"
import type { RealTask } from "../real-task.ts"
import { archiveTasks } from "./archives.ts"
import { artifactTasks } from "./artifacts.ts"
import { chainTasks } from "./chains.ts"
import { endingTasks } from "./endings.ts"
import { environmentTasks } from "./environment.ts"
import { historyTasks } from "./git-history.ts"
import { outputTasks } from "./output.ts"
import { searchTasks } from "./search.ts"
import { suiteTasks } from "./suites.ts"

/** All the work, with what each piece must give. Those that others wait for come before them. */
export const catalogue = (repository: Repository, { hasNode }: { readonly hasNode: boolean }): readonly RealTask[] => [
  ...outputTasks(),
  ...endingTasks(),
  ...searchTasks(repository),
  ...historyTasks(repository),
  ...suiteTasks(hasNode),
  ...archiveTasks(repository),
  ...artifactTasks(),
  ...environmentTasks(),
  ...chainTasks(),
]
