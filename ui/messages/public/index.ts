// The languages for whoever has the tablet in their hands: those that somebody has read. Another joins them here, once its
// own file says who has; until then the tablet does not carry it.
import { easy } from "./easy";
import { en, type PublicMessages } from "./en";

export type { PublicMessages };
export const offered: readonly PublicMessages[] = [en, easy];
