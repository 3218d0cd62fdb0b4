import { examples } from "../../../../gallery/examples";
import Picture, { pictures } from "./Picture.svelte";

export default examples(Picture, "page", Object.fromEntries(pictures.map((name) => [name, { name }])));
