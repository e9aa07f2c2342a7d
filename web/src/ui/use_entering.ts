import { useEffect, useRef, useState } from "preact/hooks";
import type { JoinStep, OpenRoom, Service } from "../client/service.ts";
import { handOver, noticeStop, service } from "./door.ts";
import { type ErrorText, thrownText } from "./messages/error_text.ts";
import { navigate } from "./router.ts";

// The relay counts tries in windows of a minute and does not say when the next one is free.
const PAUSE_SECONDS = 60;

export interface Entering {
  /** The step being done; undefined while nothing is. */
  readonly step: JoinStep | undefined;
  readonly error: ErrorText | undefined;
  /** Seconds until another try makes sense; 0 if it does now. */
  readonly pause: number;
  /** Create or join, then go into the room. */
  enter(how: (door: Service, progress: (step: JoinStep) => void) => Promise<OpenRoom>): void;
  forgetError(): void;
}

/** Coming into a room: its steps, its error, and the pause after too many tries. */
export function useEntering(): Entering {
  const [step, setStep] = useState<JoinStep>();
  const [error, setError] = useState<ErrorText>();
  const [pause, setPause] = useState(0);

  useEffect(() => {
    if (pause === 0) return;
    const timer = setTimeout(() => setPause(pause - 1), 1000);
    return () => clearTimeout(timer);
  }, [pause]);

  const isHere = useRef(true);
  useEffect(
    () => () => {
      isHere.current = false;
    },
    [],
  );

  const enter: Entering["enter"] = async (how) => {
    if (step || pause > 0) return;
    setError(undefined);
    setStep("connecting");
    try {
      const room = await how(await service(), setStep);
      // Whoever has gone elsewhere meanwhile finds the room on the home screen.
      if (!isHere.current) return await room.close();
      handOver(room);
      // The form is no place to come back to: it would show the room key again.
      navigate({ kind: "room", code: room.code }, location.pathname !== "/");
    } catch (thrown) {
      noticeStop(thrown);
      const text = thrownText(thrown);
      setError(text);
      if (text.code === "rate_limited") setPause(PAUSE_SECONDS);
      setStep(undefined);
    }
  };
  return { step, error, pause, enter, forgetError: () => setError(undefined) };
}
