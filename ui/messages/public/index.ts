// The languages for whoever has the tablet in their hands. One that nobody has read is kept here, and offered to nobody.
import { easy } from "./easy";
import { en, type PublicMessages } from "./en";
import { pl } from "./pl";
import { ta } from "./ta";

export type { PublicMessages };
export const all: readonly PublicMessages[] = [en, easy, pl, ta];
export const offered: readonly PublicMessages[] = all.filter((one) => one.reviewed !== null);
