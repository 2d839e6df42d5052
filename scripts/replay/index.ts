import { compare } from './compare.ts';
import { play } from './play.ts';
import { parseRecording } from './recording.ts';

/**
 * Plays a recording into the simulator. Returns the differences in words; none means that the simulator answered
 * as the real service did.
 * @param seed of the simulator's delays and chances: any seed has to do.
 * @throws Error when the text is no recording.
 */
export async function replay(text: string, seed: number): Promise<string[]> {
  const recording = parseRecording(text);
  return compare(recording, await play(recording, seed));
}
