const HIGH_HZ = 1320;
const LOW_HZ = 990;
const LOUDNESS = 0.05;
const LENGTH_S = 0.09;

let context: AudioContext | undefined;

/** A soft double tick, synthesized: a new message was said. */
export function tick(): void {
  if (!("AudioContext" in window)) return;
  context ??= new AudioContext();
  // before the person has touched the page the browser keeps it silent, which is no fault
  void context.resume().catch(() => undefined);
  strike(context, HIGH_HZ, 0);
  strike(context, LOW_HZ, LENGTH_S);
}

function strike(audio: AudioContext, pitch: number, after: number): void {
  const start = audio.currentTime + after;
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, start + 0.008);
  loudness.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH_S * 2);
  tone.connect(loudness).connect(audio.destination);
  tone.start(start);
  tone.stop(start + LENGTH_S * 2);
}
