// The language of the screens. English is the only one yet; another is a file beside en.ts of the same type.
export { en as t } from "./en";
