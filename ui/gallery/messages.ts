// The messages as the gallery says them: in English, or strangely. Languages that nobody has read are seen here, and are
// marked; on a tablet they are not offered.
import { en, type Messages } from "../messages/en";
import type { PublicMessages } from "../messages/public";
import { all } from "../messages/public/all";
import * as asked from "./asked";
import { pseudo } from "./pseudo";

export type { PublicMessages };
// Greek months and days come from the tablet's own calendar, as in any other language.
export const t: Messages = asked.pseudo ? { ...pseudo(en, ["locale", "direction"]), locale: "el" } : en;
const read = all.filter((one) => one.reviewed !== null);
const unread = all.filter((one) => one.reviewed === null).map((one) => ({ ...one, name: `${one.name} (not yet reviewed)` }));
export const offered: PublicMessages[] = asked.pseudo ? all.map((one) => pseudo(one, ["code", "direction", "reviewed", "easy"])) : [...read, ...unread];
