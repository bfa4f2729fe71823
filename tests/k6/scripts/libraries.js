import http from 'k6/http';
import { check } from 'k6';
import { SharedArray } from 'k6/data';
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import { parseHTML } from 'k6/html';
import exec from 'k6/execution';

const users = new SharedArray('users', () => [{ name: 'a' }, { name: 'b' }]);
export const options = { vus: 1, iterations: 2 };

export default function () {
  const doc = parseHTML('<ul><li class="x">one</li><li>two</li></ul><form><input name="a" value="1"></form>');
  check(null, {
    shared: () => users.length === 2 && users[1].name === 'b',
    sha: () => crypto.sha256('hello', 'hex') === '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    hmac: () => crypto.hmac('sha256', 'key', 'data', 'base64') === 'UDH+PZicbRU3oBP6bnOdojRj/a7DtwE32Cjja4iYSDM=',
    base64: () => encoding.b64encode('hello') === 'aGVsbG8=' && encoding.b64decode('aGVsbG8=', 'std', 's') === 'hello',
    text: () => doc.find('li').eq(1).text() === 'two',
    find: () => doc.find('li.x').size() === 1,
    form: () => doc.find('form').serialize() === 'a=1',
    vu: () => exec.vu.idInTest === 1 && exec.scenario.name === 'default' && exec.vu.iterationInScenario === __ITER,
    url: () => http.url`http://x/${1}` !== undefined,
  });
}
export function handleSummary(data) { return { stdout: JSON.stringify(data) }; }
