import "./styles/tablet.css";
import "./styles/forms.css";
import { mount } from "svelte";
import App from "./App.svelte";

mount(App, { target: document.body });
