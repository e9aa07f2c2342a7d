/** Popovers as far as happy-dom has none: what is opened says so, and what is closed. */

function tell(newState: "open" | "closed") {
  return function toggle(this: HTMLElement): void {
    this.dispatchEvent(Object.assign(new Event("toggle"), { newState }));
  };
}

HTMLElement.prototype.showPopover = tell("open");
HTMLElement.prototype.hidePopover = tell("closed");

export {};
