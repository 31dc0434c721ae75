import { metrics } from "@muster/platform"

/** What the dispatcher counts. */
export const counters = {
  reports: metrics.counter({
    name: "muster_dispatcher_reports_total",
    help: "Reports of agents by what became of them",
    labelNames: ["outcome"],
  }),
  published: metrics.counter({ name: "muster_dispatcher_published_total", help: "Tasks put into inboxes" }),
  assigned: metrics.counter({ name: "muster_dispatcher_assigned_total", help: "Tasks assigned to members" }),
  leasesLost: metrics.counter({
    name: "muster_dispatcher_leases_lost_total",
    help: "Assignments taken back",
    labelNames: ["reason"],
  }),
  rebuilds: metrics.counter({ name: "muster_dispatcher_bus_rebuilds_total", help: "Rebuilds of a team's bus" }),
  quarantines: metrics.counter({
    name: "muster_dispatcher_inbox_quarantines_total",
    help: "Inboxes set aside because of foreign ids",
  }),
  poison: metrics.counter({
    name: "muster_dispatcher_poison_entries_total",
    help: "Entries that could not be understood",
    labelNames: ["stream"],
  }),
  brokenStreams: metrics.counter({
    name: "muster_dispatcher_broken_streams_total",
    help: "Streams that this version cannot fold; nothing is done about their tasks",
  }),
  takeOvers: metrics.counter({
    name: "muster_dispatcher_shard_takeovers_total",
    help: "Shards taken from processes that were not heard any more",
  }),
  epochLosses: metrics.counter({
    name: "muster_dispatcher_shard_epoch_losses_total",
    help: "Shards whose lease this process lost without giving it back",
  }),
  restarts: metrics.counter({ name: "muster_dispatcher_restarts_total", help: "Starts after a failure" }),
}

export const gauges = {
  openTasks: metrics.gauge({ name: "muster_dispatcher_open_tasks", help: "Open tasks in memory" }),
  isOwner: metrics.gauge({ name: "muster_dispatcher_is_owner", help: "1 in a process that dispatches" }),
  shardsOwned: metrics.gauge({ name: "muster_dispatcher_shards_owned", help: "Shards this process dispatches for" }),
  liveProcesses: metrics.gauge({
    name: "muster_dispatcher_live_processes",
    help: "Processes that share the dispatching, as of the last beat",
  }),
}
