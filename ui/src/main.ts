import "./styles/tablet.css";
import "./styles/forms.css";
import { mount } from "svelte";
import { t } from "../messages";
import App from "./App.svelte";

document.documentElement.lang = t.locale;
document.documentElement.dir = t.direction;
mount(App, { target: document.body });
