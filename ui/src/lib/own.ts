// What a person is told of their own PIN: since when it is the one that it is, so that they see whether it was them.
import { t } from "../../messages";
import type { OwnPin } from "./bridge";
import { dayInWords, time } from "./dates";

/** So long a page says by itself that a PIN was chosen. */
const TOLD_FOR = 14 * 86_400_000;

/** `chosen on Tuesday 10 November at 10:42`; nothing where that was not written down. */
export const whenChosen = (own: OwnPin) => (own.since > 0 ? t.ownPin[own.chosen](dayInWords(own.since), time(own.since)) : "");

/** What its owner is told when their turn comes; nothing of one that was changed by whoever knew the one before. */
export const toSay = (own: OwnPin | null | undefined, now: number) =>
  own && own.chosen !== "changed" && own.since > 0 && now - own.since < TOLD_FOR ? `${whenChosen(own)} ${t.ownPin.notMe}` : "";
