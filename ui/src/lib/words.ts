// Names for codes, as people call them: the pack's, and those of the messages.
import { t } from "../../messages";
import type { PackWords, Value } from "./bridge";

/** The words of the pack under which a note was written; those of now where it is not on this tablet. */
export const under = (words: PackWords, stamp: string): PackWords => ({ ...words, ...words.before.find((then) => then.stamp === stamp) });
/** What somebody shows at the door: `authority card`. */
export const cardOf = (words: Pick<PackWords, "names">) => words.names.card || t.card.name;
/** A speaker's name: `Resident`. A code that the pack does not know is shown as it stands. */
export const called = (words: Pick<PackWords, "speakers">, code: string) =>
  words.speakers.find((s) => s.code === code)?.label ?? code.charAt(0).toUpperCase() + code.slice(1);
/** A role's name: `Authorised representative`. */
export const role = (words: Pick<PackWords, "roles">, name: string) => words.roles.find((r) => r.name === name)?.label ?? name;
/** A code's name in a group of the messages; one that is newer than these messages is shown as it stands. */
export const named = (names: Record<string, string>, code: string) => names[code] ?? code;
/** With a capital letter, for a title. */
export const titled = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What a part of a note or of a day is called: `where`, `why nobody saw the lounge`. */
export function partOf(part: string): string {
  if (part.startsWith("not seen ")) return t.areas.differ(part.slice("not seen ".length));
  if (part.startsWith("came ")) return t.team.whether;
  if (part.startsWith("travel ")) return t.car.hours;
  return named({ ...t.summary, ...t.part }, part);
}

/** What stands in a part of a note, as people read it. */
export function valueOf(words: PackWords, part: string, value: Value): string {
  if (value === true) return t.differ.yes;
  if (value === false) return t.differ.no;
  // What became of somebody who came: a code, and why.
  if (Array.isArray(value) && part.startsWith("came ")) return value[0] === "added" ? t.team.added : t.team.outside(value[1] ?? "");
  if (Array.isArray(value)) return value.map((one) => valueOf(words, part, one)).join(", ");
  const code = String(value);
  switch (part) {
    case "tone":
      return named(t.struck, code);
    case "how":
      return named(t.how, code);
    case "interpreter":
      return named(t.interpreter, code);
    case "speaker":
      return called(words, code);
    case "consent":
      return words.consent.answers.find((a) => a.code === code)?.label ?? code;
    case "ground":
      return words.grounds.find((g) => g.letter === code)?.plain ?? code;
    default:
      return code;
  }
}
