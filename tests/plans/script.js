export function main() {}
export function hello() {}
export function bye() {}
export function cleanup() {}
export function step() {}
export function prepare() {}
