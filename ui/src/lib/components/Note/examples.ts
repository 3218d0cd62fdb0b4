import beds from "../../../../gallery/raised-beds.webp";
import { examples, quiet } from "../../../../gallery/examples";
import { d, grace, here, packWords, rowOf, there } from "../../../../gallery/data";
import Note from "./Note.svelte";

const [seen, said, photo, door] = [rowOf("observation"), rowOf("view"), rowOf("photo"), rowOf("arrival")];
const with_ = { words: packWords, thumbnail: () => beds, under: false, open: quiet };
const gone = photo.photo ? { ...photo, photo: { ...photo.photo, here: false } } : photo;
export default examples(Note, "list", {
  seen: { ...with_, row: seen },
  said: { ...with_, row: said },
  "said, out of sight": { ...with_, row: said, hushed: true },
  "said through staff, and others could hear": { ...with_, row: { ...said, interpreter: "staff", others_could_hear: true, whereabouts: here } },
  "the words were taken out": { ...with_, row: { ...said, words: "", consent: "no" } },
  "a photo": { ...with_, row: photo },
  "a photo on another tablet": { ...with_, row: gone },
  "at the door": { ...with_, row: door },
  "counted": { ...with_, row: { ...seen, kind: "count", tone: null, how: [], words: "", facts: [["of", "resident"], ["people", "4"]] } },
  "refused": { ...with_, row: { ...seen, kind: "refusal", tone: null, how: [], words: d("Two residents have the flu."), facts: [["said by", d("deputy manager")]] } },
  "taken back": { ...with_, row: { ...seen, withdrawn: d("I wrote it about the wrong room") } },
  "held, corrected, differed about, and written by somebody else": { ...with_, row: { ...seen, differs: true, corrected: true, writer: grace.name, whereabouts: { state: "held", reason: d("The visit has ended at the office.") } } },
  "at the office, under a note that is not": { ...with_, under: true, row: { ...seen, whereabouts: there("10:40") } },
});
