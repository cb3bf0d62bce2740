// The control API, as any telephone of the simulator uses it.

/** What was asked to change something: a look that began before the last of these tells how things were. */
export const acts = { begun: 0, ended: 0 };

/** What is answered; an Error with the simulator's own sentence when it refuses. */
export async function ask(path, body) {
  if (body === undefined) return answered(path, {});
  acts.begun++;
  try {
    return await answered(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } finally {
    acts.ended++;
  }
}

async function answered(path, told) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", ...told });
  } catch {
    throw new Error("La démonstration ne répond pas : tourne-t-elle encore ?");
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error || `La démonstration a refusé (${answer.status}).`);
  return said;
}

export const leg = (sid, act, body = {}) => ask(`/legs/${sid}/${act}`, body);
export const phone = (number, act, body = {}) => ask(`/phones/${encodeURIComponent(number)}/${act}`, body);
