/** Two short, quiet tones: heard in the same room, not in the next one. */
const TONES_HERTZ = [660, 880] as const
const TONE_SECONDS = 0.12
const VOLUME = 0.08

/** Plays the tones. A browser that wants a click first stays silent. */
export function playTones(Context: typeof AudioContext | undefined = globalThis.AudioContext): void {
  if (Context === undefined) return
  const audio = new Context()
  const volume = audio.createGain()
  volume.gain.value = VOLUME
  volume.connect(audio.destination)
  for (const [index, hertz] of TONES_HERTZ.entries()) {
    const tone = audio.createOscillator()
    tone.frequency.value = hertz
    tone.connect(volume)
    tone.start(audio.currentTime + index * TONE_SECONDS)
    tone.stop(audio.currentTime + (index + 1) * TONE_SECONDS)
    if (index === TONES_HERTZ.length - 1) tone.addEventListener("ended", () => void audio.close())
  }
}
