// Times and dates as people say them. The tablet's own time zone, the months of the messages' language.
import { t } from "../../messages";

const day = new Intl.DateTimeFormat(t.locale, { weekday: "long", day: "numeric", month: "long" });
const whole = new Intl.DateTimeFormat(t.locale, { day: "numeric", month: "long", year: "numeric" });
const short = new Intl.DateTimeFormat(t.locale, { day: "numeric", month: "short" });
const weekday = new Intl.DateTimeFormat(t.locale, { weekday: "short", day: "numeric" });
const clock = new Intl.DateTimeFormat(t.locale, { hour: "2-digit", minute: "2-digit" });

/** `10:34` */
export const time = (at: number) => clock.format(at);
/** `Tuesday 10 November` */
export const dayInWords = (at: number) => day.format(at).replace(",", "");
/** `YYYY-MM-DD` of today */
export function today(now = Date.now()): string {
  const d = new Date(now);
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}`;
}
/** A day as people type it, `21/11/2026`, `3.4.26` or `2026-11-21`, as `YYYY-MM-DD`; nothing where the calendar has no such day. */
export function dayOf(text: string): string | undefined {
  const [, y = "", m = "", d = ""] = text.match(/^\s*(\d{4})-(\d\d?)-(\d\d?)\s*$/) ?? [];
  const [, d2 = d, m2 = m, y2 = y] = text.match(/^\s*(\d\d?)[/. -](\d\d?)[/. -](\d{4}|\d\d)\s*$/) ?? [];
  const day = `${y2.length === 2 ? `20${y2}` : y2}-${m2.padStart(2, "0")}-${d2.padStart(2, "0")}`;
  const at = new Date(`${day}T12:00`);
  return Number.isNaN(at.getTime()) || today(at.getTime()) !== day ? undefined : day;
}
/** `12:10` today, `10 Nov, 12:10` otherwise */
export const since = (at: number) => (today(at) === today() ? time(at) : `${short.format(at)}, ${time(at)}`);
/** `2029-03-01` as `1 March 2029`; other text stays as it is. */
export function dateInWords(text: string): string {
  const at = Date.parse(`${text}T12:00`);
  return Number.isNaN(at) ? text : whole.format(at);
}

/** A session, `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD words`, taken apart. */
export interface Session {
  date: string;
  /** `Wed 11`, or `6 Oct` */
  short: string;
  /** `Wednesday 11 November` */
  long: string;
  /** `20:30`, `evening`, or nothing */
  when: string;
}
export function session(text: string): Session {
  const [date = "", ...rest] = text.split(" ");
  const at = Date.parse(`${date}T12:00`);
  const known = !Number.isNaN(at);
  return {
    date,
    // Far away the month says more than the day of the week.
    short: known ? (Math.abs(at - Date.now()) < 20 * 86_400_000 ? weekday.format(at).replace(",", "") : short.format(at)) : date,
    long: known ? day.format(at).replace(",", "") : text,
    when: rest.join(" "),
  };
}

/** `4.1 MB` */
export function size(bytes: number): string {
  if (bytes >= 1_000_000) return t.megabytes((bytes / 1_000_000).toFixed(1));
  return t.kilobytes(Math.max(bytes > 0 ? 1 : 0, Math.round(bytes / 1000)));
}
