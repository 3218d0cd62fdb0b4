// Where a visit's or an event's notes are, in the few words of a list.
import { t } from "../../messages";
import type { Whereabouts } from "./bridge";

/** What a list knows of a notebook. */
interface Listed {
  entries: number;
  only_here: number;
  whereabouts: Whereabouts;
}

/** Whether everything that was written in it is at the office. */
export const allThere = (book: Listed) => book.entries > 0 && book.only_here === 0 && book.whereabouts.state === "at_the_office";

/** In words; nothing where nothing has been written. What needs somebody comes first. */
export function whereItIs(book: Listed): string {
  if (book.whereabouts.state === "held") return t.visits.held;
  if (book.only_here > 0) return t.visits.onlyHere(book.only_here);
  if (book.whereabouts.state === "on_its_way") return t.state.onItsWayShort;
  return allThere(book) ? t.visits.allThere : "";
}
