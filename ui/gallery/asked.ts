// What the gallery's address asks for: `?part=Note&example=a photo&locale=pseudo` or `?screen=visit&dir=rtl`.
const asked = new URLSearchParams(location.search);
export const part = asked.get("part");
export const example = asked.get("example");
export const screen = asked.get("screen");
export const direction = asked.get("dir");
export const pseudo = asked.get("locale") === "pseudo";
