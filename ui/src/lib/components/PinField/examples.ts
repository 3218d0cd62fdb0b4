import { examples } from "../../../../gallery/examples";
import { d } from "../../../../gallery/data";
import PinField from "./PinField.svelte";

const field = { id: "pin", label: d("Grace Lindqvist’s own PIN") };
export default examples(PinField, "bare", { empty: { ...field, value: "" }, typed: { ...field, value: "246813" } });
