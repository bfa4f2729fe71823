// One scenario, told by the environment; each iteration takes PAUSE seconds.
import { sleep } from 'k6';

export const options = { scenarios: { main: JSON.parse(__ENV.SCENARIO) } };
export default function () { sleep(+__ENV.PAUSE); }
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
