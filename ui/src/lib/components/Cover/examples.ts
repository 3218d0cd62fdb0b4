import beds from "../../../../gallery/raised-beds.webp";
import { examples } from "../../../../gallery/examples";
import type { Shape } from "../../bridge";
import Cover from "./Cover.svelte";

const box: Shape = { shape: "box", x: 560, y: 210, w: 300, h: 210, why: "" };
const stroke: Shape = { shape: "brush", points: [[1000, 700], [1200, 760], [1300, 700]], radius: 40, why: "" };
const photo = { src: beds, width: 1600, height: 1200 };
export default examples(Cover, "bare", {
  "no cover yet": { ...photo, shapes: [] },
  "perhaps a face": { ...photo, shapes: [], faces: [{ x: 420, y: 300, w: 160, h: 180 }, { x: 900, y: 340, w: 130, h: 150 }] },
  "no face found": { ...photo, shapes: [], faces: [] },
  "a box and a stroke": { ...photo, shapes: [box, stroke] },
});
