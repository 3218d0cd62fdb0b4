// One example, one page of the tablet, or all of them.
import "../src/styles/tablet.css";
import "../src/styles/forms.css";
import "./gallery.css";
import { mount } from "svelte";
import App from "../src/App.svelte";
import { sizeNow, useSize } from "../src/lib/textsize";
import { tablet } from "../src/lib/tablet.svelte";
import * as asked from "./asked";
import type { Examples } from "./examples";
import Frame from "./Frame.svelte";
import Index from "./Index.svelte";
import { t } from "./messages";
import { screens } from "./screens";
import { tell } from "./told";

const found = import.meta.glob<{ default: Examples }>("../src/lib/components/*/examples.ts", { eager: true });
const parts = Object.fromEntries(Object.entries(found).map(([path, module]) => [path.split("/").at(-2) ?? path, module.default]));

document.documentElement.lang = t.locale;
document.documentElement.dir = asked.direction ?? t.direction;
useSize(sizeNow());
const target = document.body;
const example = parts[asked.part ?? ""]?.[asked.example ?? ""];
const screen = screens[asked.screen ?? ""];
if (example) mount(Frame, { target, props: { example } });
else if (screen) {
  tell(screen.world ?? {});
  tablet.page = screen.page;
  if (screen.areas) tablet.areas = screen.areas;
  mount(App, { target });
} else if (asked.part || asked.screen) throw new Error(`the gallery has no ${asked.part ?? asked.screen} ${asked.example ?? ""}`);
else mount(Index, { target, props: { parts, screens: Object.keys(screens) } });

// For the tests and the pictures: what there is, and what is pressed on a page.
declare global {
  interface Window {
    gallery: { parts: Record<string, string[]>; screens: Record<string, string[]> };
  }
}
window.gallery = {
  parts: Object.fromEntries(Object.entries(parts).map(([part, of]) => [part, Object.keys(of)])),
  screens: Object.fromEntries(Object.entries(screens).map(([name, { press }]) => [name, press ?? []])),
};
