// The microphone as a telephone hears it: 8000 samples a second, 16 bits, one channel, as a WAV file.

const RATE = 8000;
export const LONGEST = 120; // seconds: nobody in a demonstration speaks longer

/** Starts to listen; `stop()` of what is returned gives the WAV in base64. Refused where there is no microphone. */
export async function listen() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
  const context = new AudioContext();
  await context.audioWorklet.addModule("/softphone/capture.js");
  const source = context.createMediaStreamSource(stream);
  const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  const blocks = [];
  let heard = 0;
  capture.port.onmessage = ({ data }) => {
    if (heard < LONGEST * context.sampleRate) blocks.push(data);
    heard += data.length;
  };
  source.connect(capture);
  return {
    async stop() {
      source.disconnect();
      stream.getTracks().forEach((track) => track.stop());
      await context.close();
      return base64(wav(narrowed(blocks, context.sampleRate)));
    },
  };
}

/** Each sample of the telephone is the mean of those it stands for. */
function narrowed(blocks, rate) {
  const samples = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    samples.set(block, at);
    at += block.length;
  }
  const step = rate / RATE;
  return Int16Array.from({ length: Math.floor(samples.length / step) }, (_, index) => {
    const part = samples.subarray(Math.floor(index * step), Math.max(Math.floor((index + 1) * step), Math.floor(index * step) + 1));
    const mean = part.reduce((sum, each) => sum + each, 0) / part.length;
    return Math.max(-1, Math.min(1, mean)) * 32767;
  });
}

function wav(samples) {
  const file = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const word = (at, text) => [...text].forEach((letter, index) => file.setUint8(at + index, letter.charCodeAt(0)));
  word(0, "RIFF");
  file.setUint32(4, 36 + samples.length * 2, true);
  word(8, "WAVEfmt ");
  [[16, 16, 4], [20, 1, 2], [22, 1, 2], [24, RATE, 4], [28, RATE * 2, 4], [32, 2, 2], [34, 16, 2]].forEach(([at, value, size]) =>
    size === 4 ? file.setUint32(at, value, true) : file.setUint16(at, value, true),
  );
  word(36, "data");
  file.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => file.setInt16(44 + index * 2, sample, true));
  return new Uint8Array(file.buffer);
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
