// Which page takes up a draft that nobody finished.
import type { UnfinishedDraft } from "./bridge";
import { isRunning } from "./stopwatch";
import type { Page } from "./tablet.svelte";

export function takenUp(notebook: string, unfinished: UnfinishedDraft): Page {
  const { kind } = unfinished;
  const draft = { id: unfinished.id, fields: unfinished.fields };
  switch (kind.kind) {
    case "observation":
      return { page: "visit", notebook, sheet: { sheet: isRunning(unfinished.fields) ? "stopwatch" : "saw", draft } };
    case "to self":
      return { page: "visit", notebook, sheet: { sheet: "toself", draft } };
    case "view":
      return { page: "visit", notebook, sheet: { sheet: "said", draft } };
    case "summary":
      return { page: "visit", notebook, sheet: { sheet: "impression", field: kind.field, draft } };
    case "correction":
      return { page: "visit", notebook, sheet: { sheet: "note", entry: kind.entry, draft } };
    case "contact":
      return { page: "visit", notebook, sheet: { sheet: "contact", draft } };
    case "equality":
      // Its words are for nobody here to read; the list does not hold it.
      return { page: "equality", notebook };
    case "concern":
      return { page: "worried", notebook, draft: kind.from ? { ...draft, from: kind.from } : draft };
    case "refusal":
      return { page: "refused", notebook, draft };
    case "departure":
      return { page: "leaving", notebook, draft };
    case "arrival":
      return { page: "arrive", notebook, draft };
    case "count":
      // Each tap is on disk by itself; whoever left this behind counts on.
      return { page: "visit", notebook, sheet: { sheet: "count" } };
    default:
      return kind satisfies never;
  }
}
