export type Pair = [number, number];
export function double(value: number): Pair { return [value, 2 * value]; }
