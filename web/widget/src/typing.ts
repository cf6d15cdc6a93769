const AGAIN_MS = 3_000;
const STOPPED_MS = 5_000;

/** Tells the other side that the customer is typing: at most every three seconds, and once when they stop. */
export class TypingReporter {
  private last = -Infinity;
  private on = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly report: (on: boolean) => void;

  constructor(report: (on: boolean) => void) {
    this.report = report;
  }

  typed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stop(), STOPPED_MS);
    if (Date.now() - this.last < AGAIN_MS) return;
    this.last = Date.now();
    this.on = true;
    this.report(true);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.last = -Infinity;
    if (this.on) this.report(false);
    this.on = false;
  }
}
