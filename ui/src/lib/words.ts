// The pack's names for its codes, as people call them.
import type { PackWords } from "./bridge";

/** A speaker's name: `Resident`. A code that the pack does not know is shown as it stands. */
export const called = (words: Pick<PackWords, "speakers">, code: string) =>
  words.speakers.find((s) => s.code === code)?.label ?? code.charAt(0).toUpperCase() + code.slice(1);
/** A role's name: `Authorised representative`. */
export const role = (words: Pick<PackWords, "roles">, name: string) => words.roles.find((r) => r.name === name)?.label ?? name;
