import http from "k6/http";
import { check, sleep } from "k6";

export function journey() {
  const response = http.get(`${__ENV.BASE_URL}/products`);
  check(response, { "status is 200": (r) => r.status === 200 });
  sleep(1);
}
