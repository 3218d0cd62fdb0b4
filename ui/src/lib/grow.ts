// A field that is as tall as its words, where the web view cannot do that by itself.
import type { Attachment } from "svelte/attachments";

export const grow: Attachment<HTMLTextAreaElement> = (field) => {
  if (CSS.supports("field-sizing", "content")) return;
  const fit = () => {
    field.style.blockSize = "auto";
    field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
  };
  // Words may stand in it already, and are set just after it appears.
  queueMicrotask(fit);
  field.addEventListener("input", fit);
  return () => field.removeEventListener("input", fit);
};
