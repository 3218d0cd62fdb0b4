import { examples } from "../../../../gallery/examples";
import { at, d, place } from "../../../../gallery/data";
import PlaceCell from "./PlaceCell.svelte";

export default examples(PlaceCell, "table", {
  none: { place: place({}) },
  "here and there": { place: place({ only_here: 3, on_their_way: 1, at_the_office: 10, since: at("10:40") }), bytes: 4_100_000, unfinished: 2 },
  held: { place: place({ held: 1, reason: d("the visit has ended at the office") }) },
  "sealed, at the office": { place: place({ at_the_office: 2, since: at("10:40") }), lock: true },
});
