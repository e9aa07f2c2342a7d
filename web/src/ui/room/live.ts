/** What a room does beyond its own place on the screen: it is heard, counted, and told of. */

import { computed, effect, signal } from "@preact/signals";
import type { RoomView, TimelineItem } from "../../client/service.ts";
import * as roomCode from "../../wire/room_code.ts";
import { messages } from "../messages/messages.ts";
import { announce } from "../parts/announcer.tsx";
import { chooseNotifying, hasSound, isNotifying } from "../settings.ts";
import { inlineExcerpt } from "../text/excerpt.ts";
import { noticeText } from "./notice_text.ts";
import type { RoomModel } from "./room_model.ts";
import { tick } from "./tick.ts";

const SAID_CHARACTERS = 300;
const SAID_AT_ONCE = 3;

/** Whether the person has the page before their eyes. */
export const isAttending = signal(isLooking());

function isLooking(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Follow a room while it is open; answers how to stop. */
export function startLive(model: RoomModel): () => void {
  const look = (): void => {
    isAttending.value = isLooking();
  };
  look();
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
  addEventListener("blur", look);
  const stops = [
    model.onLive(hearing(model)),
    effect(() => void model.room.signalAway(!isAttending.value).catch(() => undefined)),
    effect(() => showUnread(model.view.value)),
    () => showIcon(false),
    effect(() => {
      if (isAttending.value) hideNotification();
    }),
    announceTyping(model),
  ];
  return () => {
    document.removeEventListener("visibilitychange", look);
    removeEventListener("focus", look);
    removeEventListener("blur", look);
    for (const stop of stops) stop();
  };
}

/** Shows in the browser's tab which room it is, and whether something in it is unread. */
function showUnread(view: RoomView | undefined): void {
  if (view === undefined) return;
  const name = view.title || roomCode.show(view.code);
  const count = view.unread > 0 ? `(${view.unread}) ` : "";
  document.title = `${count}${name} – ${messages.value.common.roomkey}`;
  showIcon(view.unread > 0);
}

function showIcon(hasUnread: boolean): void {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (icon !== null) icon.href = hasUnread ? "/icon-unread.svg" : "/icon.svg";
}

/** Who types is said once each time they begin. */
function announceTyping(model: RoomModel): () => void {
  const names = computed(() => {
    const typing = model.view.value?.members.filter((member) => member.isTyping && !member.isSelf);
    return typing?.map((member) => member.name).join("\n") ?? "";
  });
  return effect(() => {
    if (names.value !== "") announce(messages.value.room.typing(names.value.split("\n")));
  });
}

/** Hears what has just happened in a room; each item is told of once, not again when it changes. */
function hearing(model: RoomModel): (items: readonly TimelineItem[]) => void {
  const heard = new Set<string>();
  return (items) => {
    const t = messages.value.room;
    const news = items.filter((item) => isOfOthers(item) && !heard.has(item.id));
    for (const item of news) heard.add(item.id);
    const said = news.map((item) =>
      item.kind === "notice"
        ? noticeText(item)
        : t.said(item.sender.name, inlineExcerpt(item.text, SAID_CHARACTERS)),
    );
    if (said.length > SAID_AT_ONCE) announce(t.saidMuch(said.length));
    else if (said.length > 0) announce(said.join(" \n"));
    // a tab that follows another leaves it to that one to be heard outside of the page
    if (model.view.peek()?.isFollowing) return;
    if (!news.some((item) => item.kind === "message")) return;
    if (hasSound.peek()) tick();
    if (isNotifying.peek() && !isAttending.peek()) notify();
  };
}

function isOfOthers(item: TimelineItem): boolean {
  return item.kind === "notice" || !(item.isOwn || item.isDeleted || item.isHistory);
}

/** Ask the browser for leave to tell of new messages; answers whether they will be told of. */
export async function startNotifying(): Promise<boolean> {
  const isAllowed =
    "Notification" in window && (await Notification.requestPermission()) === "granted";
  chooseNotifying(isAllowed);
  return isAllowed;
}

export function stopNotifying(): void {
  chooseNotifying(false);
  hideNotification();
}

/** What all notifications of this page go by, so that there is one at most. */
const TAG = "roomkey";

let shown: Notification | undefined;

/** Tell that there is something new: not what, from whom, or where. */
function notify(): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const { title, text } = messages.value.room.notification;
  const options = { body: text, tag: TAG, icon: "/icon.png" };
  try {
    shown = new Notification(title, options);
    shown.onclick = () => {
      focus();
      hideNotification();
    };
  } catch {
    // Android's browsers have notifications come from the service worker only.
    void worker().then((found) => found?.active?.postMessage({ title, options }));
  }
}

function hideNotification(): void {
  shown?.close();
  shown = undefined;
  void worker()
    .then((found) => found?.getNotifications({ tag: TAG }))
    .then((all) => {
      for (const one of all ?? []) one.close();
    });
}

async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration();
}
