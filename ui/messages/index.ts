// The language of the screens. English is the only one yet; another is a file beside en.ts of the same type. What is said to
// whoever has the tablet in their hands is in `public`, in the languages that somebody has read.
export { en as t } from "./en";
export { offered, type PublicMessages } from "./public";
