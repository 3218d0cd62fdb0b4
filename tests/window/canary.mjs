// The canary: looks through every file under a folder for what may lie in none of them, in the letters of any text and as
// bytes of a picture.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** How words may lie in a file: as UTF-8, as a web view keeps strings, and within a text that is packed in base64. */
function spelt(words) {
  const utf8 = Buffer.from(words);
  const packed = [0, 1, 2].map((shift) => Buffer.from(Buffer.concat([Buffer.alloc(shift), utf8]).toString("base64").slice(4, -4)));
  return [utf8, Buffer.from(words, "utf16le"), ...packed];
}

/** Pieces of some bytes that are not all alike, from here and there. */
function pieces(bytes, size = 48) {
  const all = [];
  const step = Math.max(size, Math.floor(bytes.length / 24));
  for (let at = 0; at + size <= bytes.length; at += step) {
    const piece = bytes.subarray(at, at + size);
    if (new Set(piece).size > size / 4) all.push(piece);
  }
  return all;
}

/** What stands in a photo's file and may stand in no other: its own bytes, its camera's facts, its place on earth. */
function photo(file) {
  const bytes = readFileSync(file);
  const length = bytes.readUInt16BE(bytes.indexOf(Buffer.from([0xff, 0xe1])) + 2);
  const about = bytes.indexOf(Buffer.from("Exif\0\0"));
  const facts = bytes.subarray(about, about + length - 2);
  const ratio = (one) => one.flatMap(([over, under]) => [over, under]);
  const degrees = (order) => {
    // 51° 21′ 36″: where every photo of the example says that it was taken.
    const all = Buffer.alloc(24);
    ratio([[51, 1], [21, 1], [3600, 100]]).forEach((n, place) => all[order === "LE" ? "writeUInt32LE" : "writeUInt32BE"](n, place * 4));
    return all;
  };
  return { bytes: pieces(bytes.subarray(about + length)), camera: pieces(facts), position: [degrees("LE"), degrees("BE")] };
}

/** The pixels of a part of a picture, line by line, in the orders in which programs hold them. */
function pixels(file, { x, y, w, h }) {
  const raw = (order) => execFileSync("convert", [file, "-auto-orient", "-crop", `${w}x${h}+${x}+${y}`, "-depth", "8", `${order}:-`], { maxBuffer: 1 << 28 });
  return ["rgb", "rgba", "bgra"].map(raw);
}

/** What the canary looks for: names, and under each the bytes of which one is too many. */
export function canaries({ words = {}, photos = [], covered = [] }) {
  const all = {};
  for (const [name, texts] of Object.entries(words)) all[name] = texts.flatMap(spelt);
  const files = photos.map(photo);
  all["a photo as the camera made it"] = files.flatMap((one) => one.bytes);
  all["what the camera wrote into it"] = [Buffer.from("Exif\0\0"), ...files.flatMap((one) => one.camera)];
  all["where it was taken"] = files.flatMap((one) => one.position);
  all["pixels that were covered"] = covered.flatMap(({ file, ...part }) => pixels(file, part).flatMap((raw) => pieces(raw, 96)));
  all["a picture that anybody can open"] = [Buffer.from("JFIF\0"), Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.from("WEBPVP8")];
  return all;
}

/** What a file holds; nothing where the web view has just taken it away, as it does when it ends. */
function held(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return Buffer.alloc(0);
  }
}

/** Which of them lie in which files under a folder; how many files it read. */
export function look(folder, all) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const found = [];
  for (const file of files) {
    const path = join(file.parentPath ?? file.path, file.name);
    const bytes = held(path);
    for (const [name, forms] of Object.entries(all)) if (forms.some((form) => bytes.includes(form))) found.push(`${name}: ${path}`);
  }
  return { found, read: files.length };
}
