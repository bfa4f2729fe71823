// k6/secrets: the plan's secrets.
const {call} = __loadr;
export const get = async name => call('secret', String(name));
export const source = async name => ({get: async key => call('secret', String(key)), name});
export default {get, source};
