// The messages as the gallery says them: in English, or strangely.
import { en, type Messages } from "../messages/en";
import * as asked from "./asked";
import { pseudo } from "./pseudo";

// Greek months and days come from the tablet's own calendar, as in any other language.
export const t: Messages = asked.pseudo ? { ...pseudo(en, ["locale", "direction"]), locale: "el" } : en;
