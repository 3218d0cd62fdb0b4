// The one door to the device: every call goes through here, and every failure comes back as words.
import { Channel, convertFileSrc, invoke } from "@tauri-apps/api/core";
import { t } from "../../../messages";
import type { Failure, NotebookId, PendingPhoto } from "./generated";

/** A failure with words for the person who holds the tablet. */
export class Trouble extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

function trouble(reason: unknown): Trouble {
  const known = typeof reason === "object" && reason !== null && "message" in reason && "code" in reason;
  return new Trouble(known ? (reason as Failure) : { code: "fault", message: t.unexpected });
}

/** Calls a command; a failure is thrown as {@link Trouble}. */
export async function ask<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (reason) {
    throw trouble(reason);
  }
}

/** Hands a photo's bytes to the device, as they are. */
export async function takePhoto(notebook: NotebookId, bytes: Uint8Array): Promise<PendingPhoto> {
  try {
    return await invoke<PendingPhoto>("take_photo", bytes, { headers: { notebook } });
  } catch (reason) {
    throw trouble(reason);
  }
}

/** Calls `changed` whenever something may look different. */
export async function watch(changed: () => void): Promise<void> {
  const beat = new Channel<number>();
  beat.onmessage = changed;
  await invoke("watch", { beat });
}

/** The address of a picture in the photo protocol. */
export const picture = (kind: "picture" | "thumbnail" | "waiting", name: string) => convertFileSrc(`${kind}/${name}`, "photo");
