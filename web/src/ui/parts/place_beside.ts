const GAP = 4;
const EDGE = 8;

/** Put a popover below its button, or above where there is no room, ends aligned, inside the window. */
export function placeBeside(popover: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const isRightToLeft = getComputedStyle(button).direction === "rtl";
  const wantedLeft = isRightToLeft ? at.left : at.right - width;
  const left = Math.max(EDGE, Math.min(wantedLeft, innerWidth - width - EDGE));
  const fitsBelow = at.bottom + GAP + height <= innerHeight - EDGE;
  const top = fitsBelow ? at.bottom + GAP : Math.max(EDGE, at.top - GAP - height);
  popover.style.setProperty("left", `${left}px`);
  popover.style.setProperty("top", `${top}px`);
}
