// A row of a timeline, said in words.
import { t } from "../../messages";
import type { PackWords, Row } from "./bridge";
import { time } from "./dates";
import { called } from "./words";

/** The field of a visit's summary that everybody is asked for, as it stands in the notebook. */
export const IMPRESSION = "overall impression";

/** What an event can be, as it stands in the notebook. */
export const EVENT_KINDS = ["stall", "presentation", "coffee morning", "other"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

const fact = (row: Row, name: string) => row.facts.find(([n]) => n === name)?.[1] ?? "";

/** The words of a note as the page shows them, for every kind. */
export function wordsOf(words: PackWords, row: Row): string {
  switch (row.kind) {
    case "arrival":
      return t.visit.arrived(fact(row, "told"));
    case "departure":
      return t.visit.left(fact(row, "told"));
    case "refusal":
      return t.visit.refused(fact(row, "said by") || fact(row, "said_by"));
    case "count":
      return t.visit.counted(Number(fact(row, "people") || 1), fact(row, "of") ? called(words, fact(row, "of")).toLowerCase() : "");
    case "view":
      return row.words || t.visit.gone;
    case "photo":
      return row.words || (row.photo?.shows ?? "");
    default:
      return row.words;
  }
}

/** The second, smaller line: what was known how, by whom, in which state. */
export function aboutOf(row: Row): string[] {
  const parts: string[] = [];
  if (row.kind === "photo") parts.push(t.visit.photoYes(fact(row, "person said") ? t.and([fact(row, "permission"), fact(row, "person said")]) : fact(row, "permission")));
  if (fact(row, "who")) parts.push(fact(row, "who"));
  if (fact(row, "question")) parts.push(t.visit.asked(fact(row, "question")));
  if (fact(row, "from") && fact(row, "until")) parts.push(t.visit.timed(time(Number(fact(row, "from"))), time(Number(fact(row, "until")))));
  if (row.kind === "arrival" && fact(row, "shown")) parts.push(t.visit.shown(fact(row, "shown")));
  if (row.kind === "departure" && row.words) parts.push(row.words);
  if (row.kind === "refusal" && row.words) parts.push(row.words);
  if (row.how.length) parts.push(t.and(row.how.map((h) => t.how[h])));
  if (row.others_could_hear) parts.push(t.visit.overheard);
  if (row.interpreter) parts.push(t.visit.interpreted(t.interpreter[row.interpreter]));
  if (row.by_themselves) parts.push(t.visit.themselves);
  if (row.noted_as) parts.push(t.visit.notedAs(first(row.noted_as)));
  if (row.signed) parts.push(t.visit.signed);
  if (row.newer) parts.push(t.visit.newer);
  if (row.corrected) parts.push(t.visit.corrected);
  if (row.writer) parts.push(t.visit.wrote(first(row.writer)));
  if (row.differs) parts.push(t.visit.differs);
  return parts;
}

/** The first name. */
export const first = (name: string) => name.split(" ")[0] ?? name;

/** Who spoke, as people call it. */
export const speakerOf = (words: PackWords, row: Row) => (row.speaker ? called(words, row.speaker) : "");
