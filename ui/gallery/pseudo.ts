// Words that nobody speaks: what the messages say gets strange letters and grows by a third, what people wrote turns
// Greek. Whatever then still stands in plain letters on a page is a sentence that is not in the messages.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const strange = [..."áƀćđéƒğħíĵķłḿńóƥɋŕšťúṽŵẋýžÁƁĆĐÉƑĞĦÍĴĶŁḾŃÓƤɊŔŠŤÚṼŴẊÝŽ"];
const greek = [..."αβχδεφγηιξκλμνοπθρστυωψζςϊΑΒΧΔΕΦΓΗΙΞΚΛΜΝΟΠΘΡΣΤΥΩΨΖΪΫ"];
// Full-width letters keep apart, inside a sentence, what was handed to it; they know upper and lower case.
const wide = [...plain].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0));

const mapped = (from: string[], to: string[]) => {
  const map = new Map(from.map((letter, place) => [letter, to[place] ?? letter]));
  return (text: string) => [...text].map((letter) => map.get(letter) ?? letter).join("");
};
const apart = mapped([...plain], wide);
const together = mapped(wide, [...plain]);
const toStrange = mapped([...plain], strange);
const toGreek = mapped([...plain], greek);
/** Names in braces are filled in later and stay as they are. */
const outsideBraces = (text: string, change: (text: string) => string) => text.split(/(\{[a-z]+\})/).map((part, place) => (place % 2 ? part : change(part))).join("");
/** A third longer, in its words and not after them. */
const longer = (text: string) => text.replace(/[aeiouAEIOU]/g, (vowel) => vowel + vowel.toLowerCase());

export const strangely = (text: string) => outsideBraces(text, (part) => toStrange(longer(part)));
export const inGreek = (text: string) => outsideBraces(text, toGreek);

function handed(value: unknown): unknown {
  if (typeof value === "string") return apart(value);
  return Array.isArray(value) ? value.map(handed) : value;
}

/** All sentences of a language, said strangely; what is not for people stays. */
export function pseudo<M extends object>(messages: M, kept: (keyof M)[]): M {
  const said = (value: unknown): unknown => {
    if (typeof value === "string") return strangely(value);
    if (typeof value === "function") return (...args: unknown[]) => together(strangely(String(value(...args.map(handed)))));
    if (Array.isArray(value)) return value.map(said);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, said(one)]));
  };
  return Object.fromEntries(Object.entries(messages).map(([name, one]) => [name, kept.includes(name as keyof M) ? one : said(one)])) as M;
}
