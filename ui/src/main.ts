import "./styles/tablet.css";
import "./styles/forms.css";
import { mount } from "svelte";
import { t } from "../messages";
import App from "./App.svelte";
import { sizeNow, useSize } from "./lib/textsize";

document.documentElement.lang = t.locale;
document.documentElement.dir = t.direction;
useSize(sizeNow());
mount(App, { target: document.body });
