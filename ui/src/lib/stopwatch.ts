// What is being timed: a note without words yet, whose beginning is on disk.
import { t } from "../../messages";
import type { How, UnfinishedDraft } from "./bridge";
import type { Resumed } from "./tablet.svelte";

export interface Timed {
  timed: string;
  from: number;
  until?: number;
  how: How[];
  area?: string;
}

/** Whether these fields are of something that is timed still. */
export function isRunning(fields: string): boolean {
  const { from, until } = JSON.parse(fields) as Partial<Timed>;
  return from != null && until == null;
}

/** What is being timed in this notebook, if anything is. */
export function running(unfinished: UnfinishedDraft[]): Resumed | undefined {
  const one = unfinished.find((draft) => draft.kind.kind === "observation" && isRunning(draft.fields));
  return one && { id: one.id, fields: one.fields };
}

/** `9 minutes 10 seconds` */
export function long(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return [minutes > 0 ? t.stopwatch.minutes(minutes) : "", seconds % 60 > 0 || minutes === 0 ? t.stopwatch.seconds(seconds % 60) : ""].filter(Boolean).join(" ");
}
